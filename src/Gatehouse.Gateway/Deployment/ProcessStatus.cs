using System.Globalization;

namespace Gatehouse.Gateway.Deployment;

/// <summary>The rights of a process, as Linux shows them in <c>/proc/self/status</c> (proc_pid_status(5)).</summary>
/// <param name="User">The number of its effective account.</param>
/// <param name="Capabilities">Its effective capabilities, a bit each.</param>
/// <param name="HasNoNewPrivileges">True where no program that it starts can gain rights (no_new_privs).</param>
/// <param name="HasCallFilter">True where a filter refuses system calls (seccomp).</param>
internal sealed record ProcessStatus(uint User, ulong Capabilities, bool HasNoNewPrivileges, bool HasCallFilter)
{
    /// <summary>Reads the text of the file. Null where a line is missing.</summary>
    public static ProcessStatus? Parse(string text)
    {
        var lines = text.Split('\n').Select(static line => line.Split(':', 2)).Where(static parts => parts.Length == 2)
            .DistinctBy(static parts => parts[0]).ToDictionary(static parts => parts[0], static parts => parts[1].Trim(), StringComparer.Ordinal);
        if (!lines.TryGetValue("Uid", out var users) || users.Split('\t') is not [_, var effective, ..]
            || !uint.TryParse(effective, NumberStyles.None, CultureInfo.InvariantCulture, out var user)
            || !lines.TryGetValue("CapEff", out var rights)
            || !ulong.TryParse(rights, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var capabilities)) return null;
        return new ProcessStatus(user, capabilities, lines.GetValueOrDefault("NoNewPrivs") == "1", lines.GetValueOrDefault("Seccomp") is "1" or "2");
    }
}
