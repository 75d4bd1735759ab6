using Gatehouse.Policy.Rules;
using Gatehouse.Yaml;

namespace Gatehouse.Policy.Files;

/// <summary>Reads <c>approval</c>.</summary>
internal static class ApprovalReader
{
    /// <summary>Reads the terms. Returns null, and adds a fault, when they are none.</summary>
    public static ApprovalTerms? Read(YamlNode node, string path, PolicyNames names, FaultList faults)
    {
        if (PolicyMap.Read(node, path, PolicyKeys.Approval, faults) is not { } map) return null;
        CheckStrength(map);
        CheckReserved(map);
        return new ApprovalTerms
        {
            Approvers = Approvers(map, names),
            MaySelf = map.Switch("self") ?? false,
            Expires = Expires(map),
            ClosesWithClient = Closes(map),
        };
    }

    /// <summary>Reads the number of people who must grant; 1 where there is none, or a faulty one.</summary>
    public static int Approvers(PolicyMap map, PolicyNames names)
    {
        if (map.Number("approvers") is not { } number) return 1;
        if (number != decimal.Truncate(number) || number is < 1 or > ApprovalTerms.MostApprovers)
        {
            map.Fault("approvers", "this number of people is out of range", $"write a whole number from 1 to {ApprovalTerms.MostApprovers}");
            return 1;
        }

        if (number > 1 && names.HasOnePerson)
            map.Fault("approvers", "only one person exists here, so several could never approve", "write 1, or remove it");
        return (int)number;
    }

    private static void CheckStrength(PolicyMap map)
    {
        if (map.Text("strength") is not { } strength || strength == "approval") return;
        if (strength == "confirm") map.Fault("strength", "the strength 'confirm' is not in this build", "write approval");
        else map.Fault("strength", "this is not an allowed value", "write approval");
    }

    // A key that has no effect would let its author believe in one.
    private static void CheckReserved(PolicyMap map)
    {
        if (map.Has("otherwise")) map.Fault("otherwise", "'otherwise' belongs to the strength 'confirm', which is not in this build", "remove it");
        if (map.Text("remember") is { } remember && remember != "none")
            map.Fault("remember", "remembered approvals are not in this build", "write none, or remove it");
    }

    private static TimeSpan? Expires(PolicyMap map)
    {
        if (map.Text("expires") is not { } text) return null;
        if (PolicyDurations.Read(text) is { } span && span >= ApprovalTerms.ShortestLife && span <= ApprovalTerms.LongestLife) return span;
        map.Fault("expires", "this is not a time span from 1m to 24h", "write a whole number with its unit, e.g. 15m or 2h");
        return null;
    }

    private static bool Closes(PolicyMap map)
    {
        if (map.Text("whenClientLeaves") is not { } word) return false;
        if (word is not ("keep" or "close")) map.Fault("whenClientLeaves", "this is not an allowed value", "write keep or close");
        return word == "close";
    }
}
