using Gatehouse.Settings;

namespace Gatehouse.Local;

/// <summary>What the personal configuration file says, or what holds where there is none.</summary>
/// <param name="Gateway">Policy, limits, audit and lock, as every host has them.</param>
/// <param name="Idle">How long the host stays when nobody is connected.</param>
public sealed record LocalHostSettings(GatewaySettings Gateway, TimeSpan Idle)
{
    /// <summary>True for what can be the name of a server.</summary>
    public static bool IsName(string name) => Paths.LooksLikeName(name);

    /// <summary>The settings of a wrapped server: those of its name, or the defaults.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="command">Its command, as approved.</param>
    /// <param name="folder">The folder that its wrapper was started in.</param>
    public ServerSettings Server(string name, IReadOnlyList<string> command, string folder)
    {
        var named = Gateway.Server(name) ?? new ServerSettings { Name = name, Path = PathOf(name) };
        var stdio = named.Stdio ?? new StdioUpstreamSettings { Command = command };
        return named with { Stdio = stdio with { Command = command, WorkingDirectory = folder } };
    }

    /// <summary>The name's part in resource identifiers; no request comes by it.</summary>
    internal static string PathOf(string name) => "/local/" + name;
}
