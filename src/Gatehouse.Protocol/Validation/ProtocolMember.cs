namespace Gatehouse.Protocol.Validation;

/// <summary>A name with a meaning at some place: the slot that records its value, and the place inside its value.</summary>
internal sealed class ProtocolMember(byte[] name, EnvelopeMember? slot, JsonContainer inside)
{
    /// <summary>The exact name in UTF-8; all protocol names are ASCII.</summary>
    public byte[] Name { get; } = name;

    /// <summary>The slot that records its value, or null where only case variants of the name matter.</summary>
    public EnvelopeMember? Slot { get; } = slot;

    /// <summary>The meaning of a container that is its value.</summary>
    public JsonContainer Inside { get; } = inside;
}
