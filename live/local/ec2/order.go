package ec2

import (
	"encoding/base64"
	"slices"

	"cnv/policy/catalog"
)

// An order is what a RunInstances call asks for.
type order struct {
	kind     catalog.Instance
	zone     zone
	image    *image
	min, max int
	spot     bool
	stops    bool
	script   string
	groups   []string
	sealed   bool                         // its volume is encrypted
	profile  string                       // "": none
	tags     map[string]map[string]string // of the instance, the volume and the network-interface
}

// order reads the parameters.
func (c *Cloud) order(f *form) (*order, error) {
	kind, err := catalog.Lookup(f.text("InstanceType"))
	if err != nil {
		return nil, failure("InvalidParameterValue", "%v", err)
	}
	o := &order{kind: kind}
	if o.image, err = c.findImage(f.text("ImageId")); err != nil {
		return nil, err
	}
	if a := architecture(&kind); a != o.image.arch && !c.o.AnyArch {
		return nil, failure("InvalidParameterValue", "The architecture '%s' of the specified instance type does not match the architecture '%s' of the specified AMI", a, o.image.arch)
	}
	for _, read := range []func(*form, *order) error{count, c.network, disk, c.profile, options} {
		if err := read(f, o); err != nil {
			return nil, err
		}
	}
	return o, nil
}

// architecture of a type, as EC2 calls it.
func architecture(kind *catalog.Instance) string {
	if kind.Arch == catalog.ARM {
		return "arm64"
	}
	return "x86_64"
}

// count reads how many instances there are to be.
func count(f *form, o *order) (err error) {
	if o.min, err = f.number("MinCount", 0); err != nil {
		return err
	}
	if o.max, err = f.number("MaxCount", 0); err != nil {
		return err
	}
	if o.min < 1 || o.max < o.min {
		return failure("InvalidParameterValue", "MinCount %d and MaxCount %d: want 1 <= MinCount <= MaxCount", o.min, o.max)
	}
	return nil
}

// network reads where an instance goes.
func (c *Cloud) network(f *form, o *order) error {
	subnet := f.text("SubnetId")
	o.groups = f.list("SecurityGroupId")
	if f.has("NetworkInterface.1.") {
		f.text("NetworkInterface.1.DeviceIndex")
		f.text("NetworkInterface.1.AssociatePublicIpAddress") // nothing here has one
		if f.text("NetworkInterface.1.DeleteOnTermination") == "false" {
			return failure("InvalidParameterValue", "the local EC2 does not know network interfaces that outlive their instances: DeleteOnTermination=true")
		}
		subnet, o.groups = f.text("NetworkInterface.1.SubnetId"), f.list("NetworkInterface.1.SecurityGroupId")
	}
	o.zone = c.zones[0]
	if subnet != "" {
		at := slices.IndexFunc(c.zones, func(z zone) bool { return z.subnet == subnet })
		if at < 0 {
			return failure("InvalidSubnetID.NotFound", "The subnet ID '%s' does not exist", subnet)
		}
		o.zone = c.zones[at]
	}
	for _, id := range o.groups {
		if _, err := c.findGroup(id); err != nil {
			return err
		}
	}
	return nil
}

// disk reads what the volume is to be. That of an encrypted snapshot always is.
func disk(f *form, o *order) error {
	o.sealed = o.image.sealed
	const prefix = "BlockDeviceMapping.1."
	if !f.has(prefix) {
		return nil
	}
	if name := f.text(prefix + "DeviceName"); name != rootDevice {
		return failure("InvalidBlockDeviceMapping", "the local EC2 does not know the device %q: want the root device %s", name, rootDevice)
	}
	if kind := f.text(prefix + "Ebs.VolumeType"); kind != "" && kind != "gp3" {
		return failure("InvalidParameterValue", "the local EC2 does not know volumes of type %q: want gp3", kind)
	}
	if f.text(prefix+"Ebs.DeleteOnTermination") == "false" {
		return failure("InvalidParameterValue", "the local EC2 does not know volumes that outlive their instances: DeleteOnTermination=true")
	}
	switch f.text(prefix + "Ebs.Encrypted") {
	case "true":
		o.sealed = true
	case "false":
		if o.image.sealed {
			return failure("InvalidParameterCombination", "a volume of an encrypted snapshot cannot be without encryption")
		}
	}
	return nil
}

// profile reads what gives the instance its role.
func (c *Cloud) profile(f *form, o *order) error {
	name := f.text("IamInstanceProfile.Name")
	if name == "" || c.o.Role == nil {
		return nil
	}
	switch role, there := c.o.Role(name); {
	case !there:
		return failure("InvalidParameterValue", "Value (%s) for parameter iamInstanceProfile.name is invalid. Invalid IAM Instance Profile name", name)
	case role == "":
		return failure("InvalidParameterValue", "IAM Instance Profile \"%s\" has no associated IAM Roles", c.o.Place.Global("instance-profile/"+name))
	}
	o.profile = name
	return nil
}

// options reads the rest.
func options(f *form, o *order) error {
	tags, err := f.specified("instance", "volume", "network-interface")
	if err != nil {
		return err
	}
	o.tags = tags
	script, err := base64.StdEncoding.DecodeString(f.text("UserData"))
	if err != nil || len(script) > 16<<10 {
		return failure("InvalidUserData.Malformed", "user data: want at most 16 KiB in base64")
	}
	o.script = string(script)
	switch behaviour := f.text("InstanceInitiatedShutdownBehavior"); behaviour {
	case "", "stop":
		o.stops = true
	case "terminate":
	default:
		return failure("InvalidParameterValue", "InstanceInitiatedShutdownBehavior %q: want stop or terminate", behaviour)
	}
	switch market := f.text("InstanceMarketOptions.MarketType"); market {
	case "":
	case "spot":
		o.spot, o.stops = true, false
	default:
		return failure("InvalidParameterValue", "the local EC2 does not know the market %q: want spot", market)
	}
	if kind := f.text("InstanceMarketOptions.SpotOptions.SpotInstanceType"); kind != "" && kind != "one-time" {
		return failure("InvalidParameterValue", "the local EC2 does not know spot requests that are %q: want one-time", kind)
	}
	f.text("InstanceMarketOptions.SpotOptions.MaxPrice") // nothing costs anything here
	if f.text("MetadataOptions.HttpTokens") == "optional" {
		return failure("InvalidParameterValue", "the local EC2 has metadata only for those with a token: HttpTokens=required")
	}
	f.text("MetadataOptions.HttpPutResponseHopLimit") // there are no hops here,
	f.text("CreditSpecification.CpuCredits")          // nor credits
	return nil
}
