using Gatehouse.Policy;

namespace Gatehouse.AuthZen;

/// <summary>Words for the types of resources, in both directions.</summary>
internal static class ResourceTypes
{
    private static readonly string[] Words = ["server", "tool", "prompt", "resource"];

    /// <summary>Returns the word for a target. A request that names nothing has the server as its target.</summary>
    public static string Of(PolicyTarget target) => Words[(int)target];

    /// <summary>Returns the target for a word; null for a type of another application.</summary>
    public static PolicyTarget? TargetOf(string type) => Array.IndexOf(Words, type) is >= 0 and var at ? (PolicyTarget)at : null;
}
