using Gatehouse.Ipc;
using Gatehouse.Settings;

namespace Gatehouse.Local;

/// <summary>The settings of the personal configuration file, or the defaults where there is none.</summary>
/// <param name="Gateway">Policy, limits, audit and lock, as every host has them.</param>
/// <param name="Idle">The time for which the host stays without a connection.</param>
public sealed record LocalHostSettings(GatewaySettings Gateway, TimeSpan Idle)
{
    /// <summary>Returns true for a text that can be the name of a server.</summary>
    public static bool IsName(string name) => Paths.LooksLikeName(name);

    /// <summary>Returns the settings of a wrapped server: those of its name, or the defaults.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="command">Its command, as approved.</param>
    public ServerSettings Server(string name, CommandLine command)
    {
        ArgumentNullException.ThrowIfNull(command);
        var named = Gateway.Server(name) ?? new ServerSettings { Name = name, Path = PathOf(name) };
        return named.Wrapping(command.Arguments, command.Folder, command.Digest);
    }

    /// <summary>Returns the name's part in resource identifiers. No request comes by it.</summary>
    internal static string PathOf(string name) => "/local/" + name;
}
