using System.Text.RegularExpressions;
using Gatehouse.Detection.Secrets;
using Gatehouse.Integrity.Origins;
using Gatehouse.Inventory.Model;
using Gatehouse.Inventory.Places;
using Gatehouse.Inventory.Reading;

namespace Gatehouse.Inventory.Discovery;

/// <summary>Makes one server entry.</summary>
internal static partial class ServerEntryReader
{
    private static readonly string[] ApprovalNames =
        ["autoApprove", "alwaysAllow", "autoApproveTools", "autoAllow", "trust", "always_allow", "default_tools_approval_mode", "approval_mode"];

    private static readonly System.Buffers.SearchValues<char> Quotable = System.Buffers.SearchValues.Create(" \t\r\n\"'\\$`;|&<>()*?");

    private static readonly string[] AuthenticationNames =
        ["oauth", "auth", "authorization", "bearer_token", "bearerToken", "bearer_token_env_var", "authToken", "accessToken", "http_headers",
            "env_http_headers", "headersHelper", "authProviderType", "apiKey", "requestOptions"];

    private static readonly string[] UrlNames = ["url", "serverUrl", "httpUrl", "uri"];

    public static ServerEntry Entry(ClientConfigFile file, string name, ConfigNode node, int line)
    {
        // Zed keeps the command in a map of its own, other clients what belongs to the transport.
        var transport = node["transport"] is { Kind: ConfigNodeKind.Map } nested ? nested : node;
        var holder = node["command"] is { Kind: ConfigNodeKind.Map } inner ? inner : node["command"] is null ? transport : node;
        var command = Scalar(file, holder, "command", "cmd", "path");
        var arguments = Arguments(file, holder);
        if (node["command"] is { Kind: ConfigNodeKind.List } list && list.Items.Count > 0)
        {
            command = new ConfigScalar(list.Items[0].Text, list.Items[0].PlaceIn(file.Path));
            arguments = [.. list.Items.Skip(1).Select(item => new ConfigScalar(item.Text, item.PlaceIn(file.Path))), .. arguments];
        }

        // People write the whole command line in place of the program. Checks and reports read its words.
        var whole = command is { } written ? WrittenCommandLine.InPlaceOfProgram(written.Text) : null;
        if (whole is not null)
        {
            arguments = [.. whole.Words.Skip(1).Select(word => command! with { Text = word }), .. arguments];
            command = command! with { Text = whole.Words[0] };
        }

        var url = Scalar(file, node, UrlNames) ?? Scalar(file, transport, UrlNames);
        var environment = Pairs(file, holder, "env", "envs", "environment");
        var headers = Pairs(file, node, "headers", "http_headers")
            .Concat(node["requestOptions"] is { } options ? Pairs(file, options, "headers") : [])
            .Concat(transport == node ? [] : Pairs(file, transport, "headers")).ToList();
        var runners = new List<ServerOrigin>();
        var source = whole is { NeedsShell: true } ? CommandOrigin.Of(whole, runners)
            : CommandOrigin.Of(command?.Text, [.. arguments.Select(argument => argument.Text)], url?.Text, node.TextOf("type"), runners);
        return new ServerEntry
        {
            Name = name,
            Client = file.Place.Client,
            Scope = file.Place.Scope,
            Place = new SourceLocation(file.Path, line, node.Offset),
            Transport = Transport(transport, command, url),
            Command = command?.Text,
            IsOneText = whole is not null,
            NeedsShell = whole is { NeedsShell: true },
            Arguments = arguments,
            CommandLine = command is null ? null : CommandLine(command.Text, arguments),
            Environment = environment,
            EnvironmentNames = [.. environment.Select(pair => pair.Name).Concat(Texts(node, "env_keys", "env_vars"))
                .Distinct(StringComparer.Ordinal)],
            Headers = headers,
            HeaderNames = [.. headers.Select(pair => pair.Name)],
            Folder = node.TextOf("cwd", "workingDirectory"),
            Folders = [.. CommandSecrets.Mask([.. arguments.Select(argument => argument.Text)]).Where(text => PathForm().IsMatch(text))],
            RawUrl = url,
            Url = url is null ? null : SecretDetector.Mask(WithoutUser().Replace(url.Text, "$1<user>@")),
            Source = source,
            Runners = runners,
            HasEnvironmentFile = node["envFile"] is not null || holder["envFile"] is not null,
            IsWrapped = command is not null
                && CommandOrigin.WrapperLength(command.Text, [.. arguments.Select(argument => argument.Text)]) is not null,
            IsDisabled = node["disabled"]?.IsTrue == true || node["enabled"] is { Kind: ConfigNodeKind.Switch, Text: "false" },
            HasAuthentication = headers.Count > 0
                || AuthenticationNames.Any(auth => node[auth] is not null || transport[auth] is not null)
                || (url?.Text.Contains('@', StringComparison.Ordinal) ?? false),
            Approvals = [.. ApprovalNames.SelectMany(approval => Approval(file, node, approval))],
        };
    }

    /// <summary>Returns command and arguments as one line in which each argument is quoted where it must be, secrets replaced.</summary>
    public static string CommandLine(string command, IEnumerable<ConfigScalar> arguments) =>
        string.Join(' ', CommandSecrets.Mask([command, .. arguments.Select(argument => argument.Text)]).Select(Quoted));

    private static string Quoted(string masked) =>
        masked.Length > 0 && !masked.AsSpan().ContainsAny(Quotable) ? masked : "'" + masked.Replace("'", "'\\''", StringComparison.Ordinal) + "'";

    private static string Transport(ConfigNode node, ConfigScalar? command, ConfigScalar? url)
    {
        if (command is not null) return "stdio";
        if (url is not null) return node.TextOf("type", "transport") == "sse" || url.Text.EndsWith("/sse", StringComparison.Ordinal) ? "sse" : "http";
        return node.TextOf("type") is "builtin" or "platform" or "frontend" ? "built-in" : "unknown";
    }

    private static ConfigScalar? Scalar(ClientConfigFile file, ConfigNode node, params ReadOnlySpan<string> names)
    {
        foreach (var name in names)
        {
            if (node[name] is { Kind: ConfigNodeKind.Text } found) return new ConfigScalar(found.Text, found.PlaceIn(file.Path));
        }

        return null;
    }

    private static List<ConfigScalar> Arguments(ClientConfigFile file, ConfigNode node) =>
        node["args"] is { Kind: ConfigNodeKind.List } list
            ? [.. list.Items.Select(item => new ConfigScalar(item.Text, item.PlaceIn(file.Path)))]
            : node["args"] is { Kind: ConfigNodeKind.Text } text ? [new ConfigScalar(text.Text, text.PlaceIn(file.Path))] : [];

    private static List<ConfigPair> Pairs(ClientConfigFile file, ConfigNode node, params string[] names) =>
        [.. names.SelectMany(name => node[name]?.Members ?? [])
            .Select(member => new ConfigPair(member.Name, member.Value.Text, member.Value.PlaceIn(file.Path)))];

    private static IEnumerable<string> Texts(ConfigNode node, params string[] names) =>
        names.SelectMany(name => node[name]?.Items ?? []).Select(item => item.Text);

    private static IEnumerable<ConfigPair> Approval(ClientConfigFile file, ConfigNode node, string name)
    {
        if (node[name] is not { } found) return [];
        List<string> words = found.Kind switch
        {
            ConfigNodeKind.List => [.. found.Items.Select(item => item.Text)],
            ConfigNodeKind.Switch when found.IsTrue => ["true"],
            ConfigNodeKind.Text when found.Text is "approve" or "auto" or "never" or "*" or "always" => [found.Text],
            ConfigNodeKind.Map => [.. found.Members.Where(member => member.Value.IsTrue).Select(member => member.Name)],
            _ => [],
        };
        if (words.Count == 0) return [];
        return [new ConfigPair(name, string.Join(", ", words.Take(8)), found.PlaceIn(file.Path)) { Whole = string.Join('\n', words) }];
    }

    [GeneratedRegex(@"^(?:/|~|\.{1,2}[/\\]|[A-Za-z]:[\\/]|\$\{?HOME|%USERPROFILE%|\$\{(?:workspaceFolder|userHome|__dirname))",
        RegexOptions.CultureInvariant)]
    private static partial Regex PathForm();

    [GeneratedRegex(@"^([a-z][a-z0-9+.-]*://)[^/@]*@", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex WithoutUser();
}
