namespace Gatehouse.Administration.Control;

/// <summary>A request on the socket, read: the acts that it asks for, or why it is none.</summary>
internal sealed record ControlReading(IReadOnlyList<Act> Acts, ActRefusal? Refusal)
{
    public static implicit operator ControlReading(Act act) => new([act], null);

    public static implicit operator ControlReading(ActRefusal refusal) => new([], refusal);
}
