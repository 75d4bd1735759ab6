namespace Gatehouse.Administration;

/// <summary>Obligations of acts: what an act needs in addition to the right of its administrator.</summary>
internal interface IActObligations
{
    /// <summary>
    /// Returns why an act is not done now: its reason is missing, or a second person has not granted it. Null where nothing is missing. A grant is
    /// used up then, durably.
    /// </summary>
    /// <param name="act">The act, which changes or discloses something. It was authorized.</param>
    /// <param name="by">The administrator.</param>
    Task<ActionRefusal?> RequireAsync(AdministrativeAction act, Administrator by);
}
