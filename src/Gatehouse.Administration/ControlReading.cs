namespace Gatehouse.Administration;

/// <summary>A request on the socket after reading: its acts, or the reason why it is none.</summary>
internal sealed record ControlReading(IReadOnlyList<AdministrativeAction> Acts, ActionRefusal? Refusal)
{
    public static implicit operator ControlReading(AdministrativeAction act) => new([act], null);

    public static implicit operator ControlReading(ActionRefusal refusal) => new([], refusal);
}
