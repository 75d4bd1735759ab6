using Gatehouse.Policy;

namespace Gatehouse.Range;

/// <summary>The policies that exercises use.</summary>
internal static class Policies
{
    /// <summary>The honest user and the attacker, who has an account, may use everything, and servers may ask them.</summary>
    public static PolicyRule Everything { get; } = new()
    {
        Id = "people",
        Who = new WhoClause { Subjects = new NameSet([Scene.Victim, Scene.Attacker]) },
        Directions = [.. Enum.GetValues<PolicyDirection>()],
    };

    /// <summary>Both may call <c>echo</c>; what moves money is for nobody here.</summary>
    public static PolicyRule EchoAlone { get; } = Everything with { Id = "echo-alone", Tools = new NameSet(["echo"]) };
}
