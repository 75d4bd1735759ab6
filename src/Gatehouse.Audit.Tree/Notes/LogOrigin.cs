namespace Gatehouse.Audit.Tree.Notes;

/// <summary>Origins of logs. A gateway names its logs <c>authority/audit/number</c>.</summary>
public static class LogOrigin
{
    /// <summary>Returns whether both origins begin with the same gateway: everything before the last part.</summary>
    /// <param name="one">An origin.</param>
    /// <param name="other">Another origin.</param>
    public static bool IsOfSameGateway(string one, string other)
    {
        ArgumentNullException.ThrowIfNull(one);
        ArgumentNullException.ThrowIfNull(other);
        return Beginning(one) is { Length: > 0 } beginning && beginning == Beginning(other);
    }

    private static string Beginning(string origin) => origin.LastIndexOf('/') is > 0 and var at ? origin[..at] : "";
}
