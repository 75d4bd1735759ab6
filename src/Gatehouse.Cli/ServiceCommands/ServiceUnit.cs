using System.Globalization;
using System.Text;

namespace Gatehouse.Cli.ServiceCommands;

/// <summary>
/// The unit of systemd with which the gateway runs as a service: the rights that it needs and no others (systemd.exec(5), "Sandboxing"). A fault in
/// the gateway, or a server that it starts, then reaches the state folder and the network, and nothing else (CWE-250, CWE-269).
/// </summary>
/// <param name="Command">The program and what is before its words, such as <c>/opt/gatehouse/gatehouse</c>.</param>
/// <param name="Configuration">The absolute path of the configuration.</param>
/// <param name="Account">The name of the account.</param>
internal sealed record ServiceUnit(IReadOnlyList<string> Command, string Configuration, string Account)
{
    /// <summary>The name of the unit.</summary>
    public const string Name = "gatehouse.service";

    /// <summary>The folder that systemd makes for the state, with mode 0700 and the account as its owner.</summary>
    public const string StateFolder = "/var/lib/gatehouse";

    /// <summary>The first line, by which a unit of this command is known.</summary>
    public const string Mark = "# Written by 'gatehouse service install', which replaces it. Own changes: systemctl edit gatehouse";

    /// <summary>Secrets that systemd passes on, by name: the service reads <c>/run/credentials/gatehouse.service/NAME</c>.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> Credentials { get; init; } = [];

    /// <summary>Folders outside of the state folder that the gateway writes.</summary>
    public IReadOnlyList<string> WrittenFolders { get; init; } = [];

    /// <summary>
    /// True where no memory may be both written and run: for a program of machine code, which starts no local server. A compiler at run time, as in
    /// .NET or Node, needs such memory.
    /// </summary>
    public bool DeniesWritableCode { get; init; }

    /// <summary>Returns the text of the unit.</summary>
    public string ToText()
    {
        var program = string.Join(' ', Command.Select(Word));
        var configuration = Word(Configuration);
        var unit = new StringBuilder(
            $"""
            {Mark}
            [Unit]
            Description=Gatehouse, security gateway for the Model Context Protocol
            Wants=network-online.target
            After=network-online.target

            [Service]
            Type=exec
            ExecStart={program} serve --config {configuration}
            ExecReload={program} reload --config {configuration}
            Restart=on-failure
            RestartSec=2
            User={Account}
            Group={Account}
            StateDirectory=gatehouse
            StateDirectoryMode=0700
            UMask=0077

            """);
        foreach (var (name, file) in Credentials) unit.Append(CultureInfo.InvariantCulture, $"LoadCredential={name}:{Path(file)}\n");
        foreach (var folder in WrittenFolders) unit.Append(CultureInfo.InvariantCulture, $"ReadWritePaths={Word(folder)}\n");
        unit.Append(
            """
            NoNewPrivileges=yes
            CapabilityBoundingSet=
            AmbientCapabilities=
            ProtectSystem=strict
            ProtectHome=yes
            PrivateTmp=yes
            PrivateDevices=yes
            PrivateMounts=yes
            DevicePolicy=closed
            ProtectProc=invisible
            ProtectClock=yes
            ProtectControlGroups=yes
            ProtectHostname=yes
            ProtectKernelLogs=yes
            ProtectKernelModules=yes
            ProtectKernelTunables=yes
            RestrictAddressFamilies=AF_INET AF_INET6 AF_UNIX
            RestrictNamespaces=yes
            RestrictRealtime=yes
            RestrictSUIDSGID=yes
            RemoveIPC=yes
            LockPersonality=yes
            SystemCallArchitectures=native
            SystemCallFilter=@system-service
            SystemCallFilter=~@privileged
            SystemCallErrorNumber=EPERM

            """);
        if (DeniesWritableCode) unit.Append("MemoryDenyWriteExecute=yes\n");
        return unit.Append("\n[Install]\nWantedBy=multi-user.target\n").ToString();
    }

    /// <summary>
    /// Returns whether a text can be in a unit: visible ASCII without backslash and dollar sign. Threat: a line break begins another setting, a
    /// backslash at the end takes the next setting away, and systemd replaces variables (CWE-93).
    /// </summary>
    public static bool IsPlain(string text) => text.Length > 0 && text.All(static c => c is >= ' ' and <= '~' and not ('\\' or '$'));

    // Words are split at spaces, and quotes and % have meanings of their own (systemd.service(5), "Command lines").
    private static string Word(string text)
    {
        var escaped = Path(text);
        return text.Any(static c => c is ' ' or '"' or '\'' or ';') ? $"\"{escaped.Replace("\"", "\\\"", StringComparison.Ordinal)}\"" : escaped;
    }

    private static string Path(string text) => text.Replace("%", "%%", StringComparison.Ordinal);
}
