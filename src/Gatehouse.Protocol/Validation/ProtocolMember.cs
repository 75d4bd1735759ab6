namespace Gatehouse.Protocol.Validation;

/// <summary>A name with a meaning at some place: the slot that records its value, and what its value is a place for.</summary>
internal sealed class ProtocolMember(byte[] name, EnvelopeMember? slot, JsonContainer inside)
{
    /// <summary>The exact name in UTF-8; all protocol names are ASCII.</summary>
    public byte[] Name { get; } = name;

    /// <summary>Where its value is recorded, or null where only case variants of the name matter.</summary>
    public EnvelopeMember? Slot { get; } = slot;

    /// <summary>What a container that is its value is to the protocol.</summary>
    public JsonContainer Inside { get; } = inside;
}
