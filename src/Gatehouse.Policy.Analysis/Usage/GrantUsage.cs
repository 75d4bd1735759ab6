using Gatehouse.Policy.Rules;

namespace Gatehouse.Policy.Analysis.Usage;

/// <summary>The use of a permit.</summary>
/// <param name="Rule">The permit.</param>
/// <param name="Count">The number of recorded uses that it permitted, by itself or with others.</param>
/// <param name="WithoutTarget">
/// The number of recorded requests that it permitted and that name no tool, prompt or resource: handshakes, pings, lists, notifications, tasks. Every
/// permit of a server admits them, so they do not show that this one is needed.
/// </param>
/// <param name="Last">The moment of the last use; null for never.</param>
/// <param name="Unused">Names of the rule that no such request needed, as <c>list: name</c>.</param>
/// <param name="IsObservable">False for a permit of requests from servers: the log has no exchange of its own for them.</param>
public sealed record GrantUsage(
    PolicyRule Rule, int Count, int WithoutTarget, DateTimeOffset? Last, IReadOnlyList<string> Unused, bool IsObservable);
