using System.Text;

namespace Gatehouse.Protocol.Tests;

/// <summary>Shorthand of the tests for proving text.</summary>
internal static class Proven
{
    public static ProvenMessage Message(string json) => Message(Encoding.UTF8.GetBytes(json));

    public static ProvenMessage Message(byte[] json)
    {
        bool proven = MessageProof.TryProve(json, ProofLimits.Default, out ProvenMessage? message, out ProofFailure failure);
        Assert.True(proven, $"{failure}: {Encoding.UTF8.GetString(json)}");
        return message!;
    }

    public static ProofFault Fault(string json, ProofLimits? limits = null) => Fault(Encoding.UTF8.GetBytes(json), limits);

    public static ProofFault Fault(byte[] json, ProofLimits? limits = null)
    {
        bool proven = MessageProof.TryProve(json, limits ?? ProofLimits.Default, out ProvenMessage? message, out ProofFailure failure);
        Assert.Equal(proven, message is not null);
        Assert.Equal(proven, failure.Fault == ProofFault.None);
        return failure.Fault;
    }
}
