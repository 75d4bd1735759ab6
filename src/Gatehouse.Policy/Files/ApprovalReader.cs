using Gatehouse.Policy.Rules;
using Gatehouse.Yaml;

namespace Gatehouse.Policy.Files;

/// <summary>Reads <c>approval</c>.</summary>
internal static class ApprovalReader
{
    private static readonly string[] OfApprovalOnly = ["approvers", "self", "whenClientLeaves"];

    /// <summary>Reads the terms. Returns null, and adds a fault, when they are none.</summary>
    public static ApprovalTerms? Read(YamlNode node, string path, PolicyNames names, FaultList faults)
    {
        if (PolicyMap.Read(node, path, PolicyKeys.Approval, faults) is not { } map) return null;
        var strength = Strength(map);
        var otherwiseApproval = OtherwiseApproval(map, strength);
        var approvers = Approvers(map, names);
        var (remember, argument) = RememberReader.Read(map, strength, approvers);
        if (strength == ApprovalStrength.Confirm && !otherwiseApproval) CheckWithoutApproval(map);
        return new ApprovalTerms
        {
            Strength = strength,
            OtherwiseApproval = otherwiseApproval,
            Approvers = approvers,
            MaySelf = map.Switch("self") ?? false,
            Expires = Expires(map),
            Remember = remember,
            RememberPointer = argument,
            RememberFor = RememberReader.Longest(map, remember),
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

    private static ApprovalStrength Strength(PolicyMap map)
    {
        if (map.Text("strength") is not { } strength || strength == "approval") return ApprovalStrength.Approval;
        if (strength == "confirm") return ApprovalStrength.Confirm;
        map.Fault("strength", "this is not an allowed value", "write approval or confirm");
        return ApprovalStrength.Approval;
    }

    private static bool OtherwiseApproval(PolicyMap map, ApprovalStrength strength)
    {
        if (map.Text("otherwise") is not { } otherwise) return false;
        if (strength != ApprovalStrength.Confirm)
            map.Fault("otherwise", "'otherwise' belongs to the strength 'confirm'", "remove it, or write 'strength: confirm'");
        else if (otherwise is not ("approval" or "deny"))
            map.Fault("otherwise", "this is not an allowed value", "write approval or deny");
        return otherwise == "approval";
    }

    // The caller's own client is asked, and no one else.
    private static void CheckWithoutApproval(PolicyMap map)
    {
        foreach (var key in OfApprovalOnly.Where(map.Has))
            map.Fault(key, $"'{key}' has no effect on a confirmation, which the caller gives", "remove it, or add 'otherwise: approval'");
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
