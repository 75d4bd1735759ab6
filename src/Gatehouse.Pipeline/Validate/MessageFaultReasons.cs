using Gatehouse.Protocol;
using Gatehouse.Refusals;

namespace Gatehouse.Pipeline.Validate;

/// <summary>The reasons that callers receive for the faults of a message.</summary>
public static class MessageFaultReasons
{
    /// <summary>Returns the reason for the fault.</summary>
    public static Reason For(ValidationFailure failure) => failure.Fault switch
    {
        MessageFault.Empty or MessageFault.ByteOrderMark or MessageFault.NotUtf8 or MessageFault.NotJson => Reasons.NotJson,
        MessageFault.TooLarge => Reasons.BodyTooLarge,
        MessageFault.Batch => Reasons.Batch,
        MessageFault.TooDeep or MessageFault.TooManyMembers or MessageFault.TooManyValues => Reasons.TooComplex,
        MessageFault.NotAnObject or MessageFault.NotJsonRpc or MessageFault.InvalidId or MessageFault.InvalidMethod
            or MessageFault.InvalidParams or MessageFault.InvalidResponse => Reasons.InvalidMessage,
        _ => Reasons.AmbiguousJson,
    };
}
