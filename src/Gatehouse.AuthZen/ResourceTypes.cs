using Gatehouse.Policy;

namespace Gatehouse.AuthZen;

/// <summary>Words for what a question is about, in both directions.</summary>
internal static class ResourceTypes
{
    private static readonly string[] Words = ["server", "tool", "prompt", "resource"];

    /// <summary>The word of a target; of a request that names nothing it is the server.</summary>
    public static string Of(PolicyTarget target) => Words[(int)target];

    /// <summary>The target of a word; null for a type of another application.</summary>
    public static PolicyTarget? TargetOf(string type) => Array.IndexOf(Words, type) is >= 0 and var at ? (PolicyTarget)at : null;
}
