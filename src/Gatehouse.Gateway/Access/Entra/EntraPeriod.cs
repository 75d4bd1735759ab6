using System.Globalization;
using System.Text.Json;
using Gatehouse.Identity.Formats;
using Gatehouse.Policy.Rules;

namespace Gatehouse.Gateway.Access.Entra;

/// <summary>The time of one assignment that Entra PIM has for a person.</summary>
/// <param name="Start">The begin; null for none.</param>
/// <param name="End">The end; null for a permanent assignment.</param>
internal sealed record EntraPeriod(DateTimeOffset? Start, DateTimeOffset? End)
{
    /// <summary>
    /// Reads one entry of a list of assignments; null for one that gives no right: an owner of a group who is not its member, or a role that is
    /// limited to a part of the directory.
    /// </summary>
    /// <remarks>
    /// Members by "privilegedAccessGroupAssignmentScheduleInstance resource type" and "unifiedRoleAssignmentScheduleInstance resource type"
    /// (learn.microsoft.com). Threat: an answer about another person or group counts for this one. So the entry must name what was asked, and
    /// the filter of the question is not relied on.
    /// </remarks>
    /// <param name="entry">The entry.</param>
    /// <param name="assignment">The group or role.</param>
    /// <param name="person">The object id of the person.</param>
    /// <exception cref="EntraFaultException">It is not an entry about this person and this group or role.</exception>
    public static EntraPeriod? Read(JsonElement entry, EntraAssignment assignment, Guid person)
    {
        var isGroup = assignment.Kind == EntraAssignmentKind.Group;
        if (entry.ValueKind != JsonValueKind.Object || IdOf(entry, "principalId") != person
            || IdOf(entry, isGroup ? "groupId" : "roleDefinitionId") != assignment.Id)
            throw new EntraFaultException("an entry of Microsoft Graph is not about what was asked");
        var period = new EntraPeriod(Moment(entry, "startDateTime"), Moment(entry, "endDateTime"));
        return (isGroup ? MetadataMember.Text(entry, "accessId") == "member" : MetadataMember.Text(entry, "directoryScopeId") == "/") ? period : null;
    }

    /// <summary>Returns whether the assignment is active at a moment.</summary>
    public bool Includes(DateTimeOffset moment) => (Start is null || Start <= moment) && (End is null || End > moment);

    /// <summary>Returns the period that ends last, of those that are active at a moment; null where none is.</summary>
    public static EntraPeriod? Longest(IEnumerable<EntraPeriod> periods, DateTimeOffset moment) =>
        periods.Where(period => period.Includes(moment)).MaxBy(static period => period.End ?? DateTimeOffset.MaxValue);

    private static Guid? IdOf(JsonElement entry, string member) => Guid.TryParseExact(MetadataMember.Text(entry, member), "D", out var id) ? id : null;

    private static DateTimeOffset? Moment(JsonElement entry, string member)
    {
        if (!entry.TryGetProperty(member, out var value) || value.ValueKind == JsonValueKind.Null) return null;
        return value.ValueKind == JsonValueKind.String && value.GetString() is { Length: > 0 and <= 40 } text
            && char.IsAsciiDigit(text[0]) && (text[^1] == 'Z' || text.AsSpan(11 < text.Length ? 11 : 0).IndexOfAny('+', '-') >= 0)
            && DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var moment)
            ? moment : throw new EntraFaultException($"{member} in an entry of Microsoft Graph is not a time");
    }
}
