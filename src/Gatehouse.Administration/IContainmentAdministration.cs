namespace Gatehouse.Administration;

/// <summary>Containment of servers, tools, users, clients and sessions (IR-01).</summary>
internal interface IContainmentAdministration
{
    /// <summary>Returns what is contained, the oldest first.</summary>
    IReadOnlyList<ContainmentView> List();

    /// <summary>Returns what a containment would end now. It changes nothing.</summary>
    /// <param name="target">What would be contained.</param>
    /// <param name="isForced">True for a name that the host need not know.</param>
    Task<ActionOutcome<ContainmentPreview>> PreviewAsync(ContainmentTarget target, bool isForced);

    /// <summary>Returns why a containment cannot be made now, whoever grants it; null where it can.</summary>
    /// <param name="act">The act.</param>
    /// <param name="by">The person who asks for it.</param>
    Task<ActionRefusal?> ImpossibleAsync(Contain act, Administrator by);

    /// <summary>Contains something. It is durable, and everything that it ends has ended, when this returns.</summary>
    /// <param name="act">The act.</param>
    /// <param name="by">The person.</param>
    Task<ActionOutcome<ContainmentMade>> ContainAsync(Contain act, Administrator by);

    /// <summary>Releases a containment.</summary>
    /// <param name="act">The act.</param>
    /// <param name="by">The person.</param>
    Task<ActionOutcome<ContainmentReleased>> ReleaseAsync(ReleaseContainment act, Administrator by);
}
