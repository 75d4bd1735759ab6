using Gatehouse.Policy.Rules;

namespace Gatehouse.Policy.Analysis.Usage;

/// <summary>
/// Requests that name no tool, prompt or resource: handshakes, pings, lists, notifications, tasks. Every permit of the server for calls or lists
/// admits them, and a client sends most of them by itself, so that a permit that no person needs would look used by them.
/// </summary>
internal static class RequestsWithoutTarget
{
    /// <summary>Returns whether a request is one of them. A method of no revision, and the level of logging, need a permit of their own.</summary>
    public static bool Includes(in PolicyRequest request) =>
        request is { KnownMethod: true, Target: PolicyTarget.None, Direction: PolicyDirection.Calls or PolicyDirection.Lists };

    /// <summary>
    /// Returns whether such a request is a use of a permit: one that names the method, by its name or a pattern, or that is for lists only, is made
    /// for it.
    /// </summary>
    public static bool AreUsesOf(PolicyRule rule, in PolicyRequest request) => rule.Methods?.Contains(request.Method) == true
        || (rule.Directions is { } directions && !directions.Contains(PolicyDirection.Calls));
}
