namespace Gatehouse.Protocol.Validation;

/// <summary>A container whose end has not been read.</summary>
internal struct OpenContainer
{
    /// <summary>The position of its opening bracket.</summary>
    public int Start;

    /// <summary>The number of names on the stack when it was opened.</summary>
    public int FirstName;

    /// <summary>The member it is the value of, where that is a protocol member.</summary>
    public EnvelopeMember? Slot;

    /// <summary>Its meaning in the protocol.</summary>
    public JsonContainer Place;

    /// <summary>True when it is an object.</summary>
    public bool IsObject;
}
