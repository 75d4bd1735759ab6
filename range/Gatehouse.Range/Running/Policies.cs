using Gatehouse.Policy;
using Gatehouse.Policy.Files;
using Gatehouse.Policy.Matching;
using Gatehouse.Policy.Rules;
using Gatehouse.Yaml;

namespace Gatehouse.Range.Running;

/// <summary>The policies that exercises use.</summary>
internal static class Policies
{
    /// <summary>The honest user and the attacker, who has an account, may use everything, and servers may ask them.</summary>
    public static PolicyRule Everything { get; } = new()
    {
        Id = "people",
        Who = new WhoClause { Subjects = new NameSet([AttackContext.Victim, AttackContext.Attacker]) },
        Directions = [.. Enum.GetValues<PolicyDirection>()],
    };

    /// <summary>A policy as it would stand in a file.</summary>
    /// <exception cref="InvalidDataException">It has a fault.</exception>
    public static IReadOnlyList<PolicyRule> Read(string yaml)
    {
        var faults = new FaultList();
        var rules = PolicyFile.Read(yaml, null, PolicyNames.Unknown, faults);
        return faults.Any ? throw new InvalidDataException(string.Join("; ", faults.ToList())) : rules;
    }

    /// <summary>Both may call <c>echo</c>; what moves money is for nobody here.</summary>
    public static PolicyRule EchoAlone { get; } = Everything with { Id = "echo-alone", Tools = new NameSet(["echo"]) };
}
