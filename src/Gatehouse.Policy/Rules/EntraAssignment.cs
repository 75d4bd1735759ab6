namespace Gatehouse.Policy.Rules;

/// <summary>
/// An assignment of Entra Privileged Identity Management (PIM) that a permit needs: membership of a group, or a directory role. A permit names it as
/// <c>entra-pim:group:</c> or <c>entra-pim:role:</c> and a GUID.
/// </summary>
/// <param name="Kind">Group or directory role.</param>
/// <param name="Id">The object id of the group, or the id of the role definition.</param>
public readonly record struct EntraAssignment(EntraAssignmentKind Kind, Guid Id)
{
    /// <summary>The word of the source in a policy, before the kind.</summary>
    public const string Source = "entra-pim";

    /// <summary>The most different assignments in one policy: 32. Each is a question to Microsoft Graph for each person it concerns.</summary>
    public const int MostOfPolicy = 32;

    private const string Group = Source + ":group:";
    private const string Role = Source + ":role:";

    /// <summary>Reads the text of a policy; null when it names no assignment.</summary>
    public static EntraAssignment? Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return Read(text, Group, EntraAssignmentKind.Group) ?? Read(text, Role, EntraAssignmentKind.Role);
    }

    /// <summary>Returns the text as a policy has it.</summary>
    public override string ToString() => (Kind == EntraAssignmentKind.Group ? Group : Role) + Id.ToString("D");

    private static EntraAssignment? Read(string text, string before, EntraAssignmentKind kind) =>
        text.StartsWith(before, StringComparison.Ordinal) && Guid.TryParseExact(text[before.Length..], "D", out var id) && id != Guid.Empty
            ? new EntraAssignment(kind, id) : null;
}

/// <summary>Kinds of assignments of Entra PIM.</summary>
public enum EntraAssignmentKind
{
    /// <summary>Membership of a group (PIM for Groups).</summary>
    Group,

    /// <summary>A directory role of the whole tenant.</summary>
    Role,
}
