package deploy

import (
	"context"
	"slices"

	sdk "github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"

	"cnv/live/aws"
)

// leftovers looks for what no image or instance has any more: snapshots and
// volumes by their tag, network interfaces by the security groups.
func (c *Clients) leftovers(ctx context.Context, f *Found) error {
	own := filter("tag:"+aws.TagDeployment, f.Name)
	left := func(what, name, why string) { f.Left = append(f.Left, Step{"delete", what, name, why}) }
	snapshots := ec2.NewDescribeSnapshotsPaginator(c.EC2, &ec2.DescribeSnapshotsInput{OwnerIds: []string{"self"}, Filters: []types.Filter{own}})
	for snapshots.HasMorePages() {
		page, err := snapshots.NextPage(ctx)
		if err != nil {
			return err
		}
		for _, s := range page.Snapshots {
			id := sdk.ToString(s.SnapshotId)
			f.SnapshotGB += sdk.ToInt32(s.VolumeSize)
			if !slices.ContainsFunc(f.Images, func(i FoundImage) bool { return slices.Contains(i.Snapshots, id) }) {
				left("snapshot", id, "of an image that is gone")
			}
		}
	}
	unattached := filter("status", "available")
	volumes := ec2.NewDescribeVolumesPaginator(c.EC2, &ec2.DescribeVolumesInput{Filters: []types.Filter{own, unattached}})
	for volumes.HasMorePages() {
		page, err := volumes.NextPage(ctx)
		if err != nil {
			return err
		}
		for _, v := range page.Volumes {
			left("volume", sdk.ToString(v.VolumeId), "of an instance that is gone")
		}
	}
	return c.interfaces(ctx, f, unattached)
}

// interfaces looks for network interfaces in the security groups, which cannot
// be deleted before.
func (c *Clients) interfaces(ctx context.Context, f *Found, unattached types.Filter) error {
	groups := slices.DeleteFunc([]string{f.Workers, f.Gateway}, func(id string) bool { return id == "" })
	if len(groups) == 0 {
		return nil
	}
	pages := ec2.NewDescribeNetworkInterfacesPaginator(c.EC2, &ec2.DescribeNetworkInterfacesInput{
		Filters: []types.Filter{filter("group-id", groups...), unattached},
	})
	for pages.HasMorePages() {
		page, err := pages.NextPage(ctx)
		if err != nil {
			return err
		}
		for _, i := range page.NetworkInterfaces {
			f.Left = append(f.Left, Step{"delete", "interface", sdk.ToString(i.NetworkInterfaceId), "of an instance that is gone"})
		}
	}
	return nil
}

// deleteImage gives up an image, with its snapshots. They are tagged before:
// else nobody would find those that are left if it ends midway.
func (c *Clients) deleteImage(ctx context.Context, f *Found, id string) error {
	for _, i := range f.Images {
		if i.ID != id || len(i.Snapshots) == 0 {
			continue
		}
		tags := aws.Tags(map[string]string{aws.TagDeployment: f.Name, aws.TagVersion: i.Version})
		if _, err := c.EC2.CreateTags(ctx, &ec2.CreateTagsInput{Resources: i.Snapshots, Tags: tags}); err != nil && !absent(err) {
			return err
		}
	}
	_, err := c.EC2.DeregisterImage(ctx, &ec2.DeregisterImageInput{ImageId: &id, DeleteAssociatedSnapshots: sdk.Bool(true)})
	return err
}
