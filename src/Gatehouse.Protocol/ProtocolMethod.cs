namespace Gatehouse.Protocol;

/// <summary>The protocol's facts about one method.</summary>
/// <param name="Name">The method as on the wire; case matters.</param>
/// <param name="Kind"><see cref="MessageKind.Request"/> or <see cref="MessageKind.Notification"/>.</param>
/// <param name="Direction">The side that may send it, over all revisions.</param>
/// <param name="Since">The first revision that has it.</param>
/// <param name="Until">The last revision that has it.</param>
/// <param name="Effect">Its effect.</param>
/// <param name="NameSlot">The member that <c>Mcp-Name</c> mirrors (2026-07-28, Streamable HTTP, Standard Headers; tasks extension), or null.</param>
public sealed record ProtocolMethod(
    string Name,
    MessageKind Kind,
    MethodDirection Direction,
    ProtocolRevision Since,
    ProtocolRevision Until,
    MethodEffect Effect,
    EnvelopeMember? NameSlot)
{
    /// <summary>Returns whether a revision has this method.</summary>
    public bool ExistsIn(ProtocolRevision revision) => revision >= Since && revision <= Until;

    /// <summary>The revisions that have this method, oldest first.</summary>
    public IReadOnlyList<ProtocolRevision> Revisions => [.. ProtocolRevision.All.Where(ExistsIn)];
}
