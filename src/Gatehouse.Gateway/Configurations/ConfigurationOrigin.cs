using System.Globalization;
using Gatehouse.Administration;
using Gatehouse.Ipc;

namespace Gatehouse.Gateway.Configurations;

/// <summary>The origin of a change of the configuration: the actor and the cause.</summary>
/// <param name="Cause"><c>start</c>, <c>reload</c>, <c>rollback</c>, or <c>file</c> for a host that found a changed file.</param>
internal sealed record ConfigurationOrigin(string Cause)
{
    /// <summary>The start of the process.</summary>
    public static ConfigurationOrigin Start { get; } = new("start");

    /// <summary>A reload by the process itself.</summary>
    public static ConfigurationOrigin Reload { get; } = new("reload");

    /// <summary>A file that changed since it was read.</summary>
    public static ConfigurationOrigin File { get; } = new("file");

    /// <summary>The administrator; null where the process acts by itself, under its own account.</summary>
    public Administrator? By { get; init; }

    /// <summary>The facts of an entry about it.</summary>
    public IEnumerable<(string Name, string Value)> Facts()
    {
        yield return ("cause", Cause);
        yield return ("account", By is { } by ? Administrator.NameOf(by.Account) : PeerAccount.OwnUserId().ToString(CultureInfo.InvariantCulture));
        yield return ("process", (By?.Account?.ProcessId ?? Environment.ProcessId).ToString(CultureInfo.InvariantCulture));
        yield return ("source", By is null ? "process" : "control-socket");
        if (By?.Token is not { } token) yield break;
        yield return ("byIssuer", token.Issuer);
        yield return ("by", token.Subject);
    }
}
