using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using System.Text;
using Gatehouse.Integrity.Definitions;
using Gatehouse.Integrity.Origins;
using Gatehouse.Settings;

namespace Gatehouse.Gateway.Definitions;

/// <summary>
/// The origin of a server, as a lock stores it. It is the same for the gateway, a wrapper and the commands, whichever program started the server.
/// </summary>
public static class ServerIdentities
{
    private static readonly ConditionalWeakTable<ServerSettings, ServerIdentity> Known = [];

    /// <summary>Returns the identity of a configured server.</summary>
    public static ServerIdentity Of(ServerSettings server)
    {
        ArgumentNullException.ThrowIfNull(server);
        return Known.GetValue(server, static one => one.Stdio is { } local ? Of(local.Command, local.WorkingDirectory) : Of(one.Http!.Url));
    }

    /// <summary>
    /// Returns the identity of a remote server: its origin and path, because one origin serves several tenants, and each is another server. A query
    /// also tells tenants apart, and may hold a key, so its digest is used in its place.
    /// </summary>
    public static ServerIdentity Of(Uri url)
    {
        ArgumentNullException.ThrowIfNull(url);
        var query = url.Query.Length > 1 ? "?sha256-" + Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(url.Query)))[..32] : "";
        return new ServerIdentity(
            new ServerSource(SourceKind.Origin, "",
                $"{url.Scheme}://{url.IdnHost}:{url.Port.ToString(System.Globalization.CultureInfo.InvariantCulture)}{url.AbsolutePath}{query}"));
    }

    /// <summary>Returns the identity of a command.</summary>
    /// <param name="command">The program and its arguments.</param>
    /// <param name="folder">The folder it starts in, or null for none in particular.</param>
    public static ServerIdentity Of(IReadOnlyList<string> command, string? folder)
    {
        ArgumentNullException.ThrowIfNull(command);
        var origin = CommandOrigin.Of(command);
        var places = new Dictionary<string, string>(StringComparer.Ordinal);
        if (folder is not null) places["folder"] = folder;
        if (Environment.GetFolderPath(Environment.SpecialFolder.UserProfile) is { Length: > 1 } home) places["home"] = home;
        return new ServerIdentity(Source(origin, command))
        {
            Version = origin.Version,
            Command = CommandTemplate.Of([.. command.Select(CommandOrigin.WithoutSecrets)], new Dictionary<string, string>(), places),
        };
    }

    private static ServerSource Source(ServerOrigin origin, IReadOnlyList<string> command) => origin.Kind switch
    {
        OriginKind.Npm when origin.Name.Length > 0 => new ServerSource(SourceKind.Package, "npm", origin.Name),
        OriginKind.PyPi when origin.Name.Length > 0 => new ServerSource(SourceKind.Package, "pypi", origin.Name),
        OriginKind.NuGet when origin.Name.Length > 0 => new ServerSource(SourceKind.Package, "nuget", origin.Name),
        OriginKind.Repository => new ServerSource(SourceKind.Package, "git", origin.Name),
        OriginKind.Image when origin.Name.Length > 0 => Image(origin.Name),
        OriginKind.Script => new ServerSource(SourceKind.Program, FileName(command[0]), FileName(origin.Name)),
        _ => new ServerSource(SourceKind.Program, "", command.Count == 0 ? "none" : FileName(command[0])),
    };

    private static ServerSource Image(string name)
    {
        var slash = name.IndexOf('/', StringComparison.Ordinal);
        var first = slash < 0 ? "" : name[..slash];
        var isHost = first.Contains('.', StringComparison.Ordinal) || first.Contains(':', StringComparison.Ordinal) || first == "localhost";
        return isHost ? new ServerSource(SourceKind.Image, first, name[(slash + 1)..]) : new ServerSource(SourceKind.Image, "docker.io", name);
    }

    private static string FileName(string path) => path.Replace('\\', '/').Split('/')[^1] is { Length: > 0 } name ? name : path;
}
