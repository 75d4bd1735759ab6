using Gatehouse.Protocol;

namespace Gatehouse.Pipeline.Stages;

/// <summary>From a fault of the proof to the reason a caller is told.</summary>
public static class ProofReasons
{
    /// <summary>The reason for the fault.</summary>
    public static Reason For(ProofFailure failure) => failure.Fault switch
    {
        ProofFault.Empty or ProofFault.ByteOrderMark or ProofFault.NotUtf8 or ProofFault.NotJson => Reasons.NotJson,
        ProofFault.TooLarge => Reasons.BodyTooLarge,
        ProofFault.Batch => Reasons.Batch,
        ProofFault.TooDeep or ProofFault.TooManyMembers or ProofFault.TooManyValues => Reasons.TooComplex,
        ProofFault.NotAnObject or ProofFault.NotJsonRpc or ProofFault.InvalidId or ProofFault.InvalidMethod
            or ProofFault.InvalidParams or ProofFault.InvalidResponse => Reasons.InvalidMessage,
        _ => Reasons.AmbiguousJson,
    };
}
