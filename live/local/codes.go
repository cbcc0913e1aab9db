package local

import (
	"fmt"
	"slices"
	"strings"

	"cnv/live/local/ec2"
	"cnv/live/local/lambda"
	"cnv/policy/nearest"
)

// The error codes that the services give, as their references list them, as far
// as a caller of the calls here can meet them.
var (
	ec2Codes = []string{
		"AuthFailure", "AuthFailure.ServiceLinkedRoleCreationNotPermitted", "Blocked", "DependencyViolation", "DryRunOperation", "ExpiredToken",
		"IdempotentParameterMismatch", "IncorrectInstanceState", "IncorrectState", "InstanceLimitExceeded", "InsufficientAddressCapacity",
		"InsufficientCapacity", "InsufficientFreeAddressesInSubnet", "InsufficientHostCapacity", "InsufficientInstanceCapacity", "InternalError",
		"InternalFailure", "InvalidAMIID.NotFound", "InvalidAMIID.Unavailable", "InvalidAMIName.Duplicate", "InvalidGroup.Duplicate",
		"InvalidGroup.InUse", "InvalidGroup.NotFound", "InvalidInstanceID.NotFound", "InvalidInstanceType", "InvalidParameterCombination",
		"InvalidParameterValue", "InvalidPermission.Duplicate", "InvalidPermission.NotFound", "InvalidSnapshot.InUse", "InvalidSnapshot.NotFound",
		"InvalidSubnetID.NotFound", "InvalidVolume.NotFound", "InvalidVpcID.NotFound", "MaxSpotInstanceCountExceeded", "OperationNotPermitted",
		"OptInRequired", "PendingVerification", "RequestExpired", "RequestLimitExceeded", "ResourceLimitExceeded", "ServiceUnavailable",
		"SpotMaxPriceTooLow", "SubnetOutOfAddresses", "UnauthorizedOperation", "Unavailable", "Unsupported", "VcpuLimitExceeded",
	}
	lambdaCodes = []string{
		"AccessDeniedException", "CodeStorageExceededException", "EC2AccessDeniedException", "EC2ThrottledException", "EC2UnexpectedException",
		"ENILimitReachedException", "ExpiredTokenException", "InvalidParameterValueException", "InvalidRequestContentException",
		"InvalidRuntimeException", "InvalidZipFileException", "KMSAccessDeniedException", "PreconditionFailedException",
		"ProvisionedConcurrencyConfigNotFoundException", "RequestTooLargeException", "ResourceConflictException", "ResourceNotFoundException",
		"ResourceNotReadyException", "ServiceException", "ServiceUnavailableException", "SubnetIPAddressLimitReachedException",
		"ThrottlingException", "TooManyRequestsException", "UnrecognizedClientException", "UnsupportedMediaTypeException",
	}
	tableCodes = []string{
		"AccessDeniedException", "ConditionalCheckFailedException", "ExpiredTokenException", "InternalServerError",
		"ItemCollectionSizeLimitExceededException", "LimitExceededException", "ProvisionedThroughputExceededException", "RequestLimitExceeded",
		"ResourceInUseException", "ResourceNotFoundException", "ServiceUnavailable", "ThrottlingException", "TransactionCanceledException",
		"TransactionConflictException", "TransactionInProgressException", "UnrecognizedClientException", "ValidationException",
	}
	stubCodes = []string{
		"AccessDenied", "AccessDeniedException", "ConcurrentModification", "ConflictException", "DeleteConflict", "EntityAlreadyExists", "ExpiredToken",
		"InternalServerException", "InvalidParameterException", "LimitExceeded", "LimitExceededException", "MalformedPolicyDocument", "NoSuchEntity", "NoSuchResourceException",
		"OperationAbortedException", "ResourceAlreadyExistsException", "ResourceNotFoundException", "ServiceFailure", "ServiceQuotaExceededException", "ServiceUnavailableException",
		"Throttling", "ThrottlingException", "TooManyRequestsException", "ValidationException",
	}
)

// CheckCode refuses an error that no service gives to the call that it is for.
func (x *Fault) CheckCode() error {
	var codes []string
	switch {
	case x.Code == "" || slices.Contains(happens, x.Action):
		return nil
	case slices.Contains(ec2.Actions(), x.Action):
		codes = ec2Codes
	case slices.Contains(lambda.Actions(), x.Action):
		codes = lambdaCodes
	case slices.Contains(tableActions, x.Action):
		codes = tableCodes
	default:
		codes = stubCodes
	}
	switch {
	case slices.Contains(codes, x.Code):
		return nil
	case x.Code == "?":
		return fmt.Errorf("codes of %s are %s", x.Action, strings.Join(codes, ", "))
	}
	return fmt.Errorf("%s has no error %q that is known here: nearest are %s (code=? lists all; code=!%s is taken as it is)",
		x.Action, x.Code, strings.Join(nearest.Names(x.Code, codes, 3), ", "), x.Code)
}
