using System.CommandLine;
using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using System.Text.RegularExpressions;
using Gatehouse.Cli.Output;
using Gatehouse.Files;
using Gatehouse.Settings;

namespace Gatehouse.Cli.ServiceCommands;

/// <summary><c>gatehouse service install</c>.</summary>
internal static partial class ServiceInstallCommand
{
    private const string UsualConfiguration = "/etc/gatehouse/gatehouse.yaml";
    private const string UsualAccount = "gatehouse";

    private const UnixFileMode UnitMode = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.OtherRead;

    public static Command Create()
    {
        var config = new Option<string>("--config", "-c")
        { Description = "Configuration file of the service.", HelpName = "file", DefaultValueFactory = static _ => UsualConfiguration };
        var account = new Option<string>("--user")
        {
            Description = "System account of the service. It is made if it does not exist.",
            HelpName = "name",
            DefaultValueFactory = static _ => UsualAccount,
        };
        var credential = new Option<string[]>("--credential")
        {
            Description = "Secret that systemd passes to the service, as NAME=FILE; may be repeated. "
                + "The configuration names it file:/run/credentials/gatehouse.service/NAME.",
            HelpName = "name=file",
        };
        var dryRun = new Option<bool>("--dry-run") { Description = "Print the unit, and change nothing." };
        var command = new Command("install",
            """
            Write a hardened unit of systemd for this program, and enable it. The command checks the configuration, and that no account but
            root may replace the program or the configuration. It shows the unit and each command that it runs (useradd where the account
            does not exist, systemctl daemon-reload, systemctl enable), and does not start the service. Where systemd does not run the
            machine, it only makes the account and writes the unit. It needs root.

            Example:
              sudo gatehouse service install --config /etc/gatehouse/gatehouse.yaml
            """)
        { config, account, credential, dryRun };
        command.SetAction((parsed, cancellation) => RunAsync(
            parsed.GetValue(config)!, parsed.GetValue(account)!, parsed.GetValue(credential) ?? [], parsed.GetValue(dryRun), cancellation));
        return command;
    }

    private static async Task<int> RunAsync(string config, string account, string[] credentials, bool dryRun, CancellationToken cancellation)
    {
        if (CommonOptions.Load(config, false, new Dictionary<string, string>()) is not { Settings: { } settings }) return ExitCodes.Usage;
        if (UnitOf(settings, config, account, credentials) is not { } unit) return ExitCodes.Usage;
        Terminal.Lines(unit.ToText().TrimEnd('\n').Split('\n')); // visible ASCII only
        var trusted = unit.Command.Append(unit.Configuration).Concat(ServicePlaces.Libraries(OwnProgram.File));
        if (trusted.Select(ServicePlaces.Refuse).FirstOrDefault(static one => one is not null) is { } refused)
        {
            Terminal.Fault($"{refused.Fault}; nothing was changed");
            Terminal.Hint(refused.Remedy);
            return ExitCodes.No;
        }

        if (dryRun) return ExitCodes.Done;
        if (!OperatingSystem.IsLinux() || PosixFile.CurrentUser != 0)
        {
            Terminal.Fault("root is required to install a service of systemd; nothing was changed");
            Terminal.Hint("run the command on Linux with sudo; --dry-run prints the unit without it");
            return ExitCodes.No;
        }

        try
        {
            return await InstallAsync(unit, cancellation).ConfigureAwait(false);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException && e is not OutputFailedException)
        {
            Terminal.Fault($"{SystemManager.UnitFile} cannot be written: {e.Message}");
            Terminal.Hint("on a machine without systemd, run the gateway in a container or with the init system of the machine");
            return ExitCodes.Unavailable;
        }
    }

    [System.Runtime.Versioning.UnsupportedOSPlatform("windows")]
    private static async Task<int> InstallAsync(ServiceUnit unit, CancellationToken cancellation)
    {
        if (File.Exists(SystemManager.UnitFile) && !SystemManager.IsOwnUnit()) return ExitCodes.No;
        if (!SystemManager.HasAccount(unit.Account) && !await SystemManager.RunAsync(
            ["useradd", "--system", "--user-group", "--no-create-home", "--home-dir", "/nonexistent", "--shell", "/usr/sbin/nologin", unit.Account],
            cancellation).ConfigureAwait(false)) return ExitCodes.Unavailable;
        Write(unit.ToText());
        Terminal.NoteLine($"wrote {SystemManager.UnitFile}");
        if (!File.GetUnixFileMode(unit.Configuration).HasFlag(UnixFileMode.OtherRead))
        {
            Terminal.NoteLine($"the account {unit.Account} must be able to read the configuration: "
                + $"chgrp {unit.Account} {unit.Configuration} && chmod 640 {unit.Configuration}");
        }

        if (!SystemManager.IsRunning)
        {
            Terminal.Note("systemd does not run this machine, so the unit was not enabled");
            return ExitCodes.Done;
        }

        if (!await SystemManager.RunAsync(["systemctl", "daemon-reload"], cancellation).ConfigureAwait(false)
            || !await SystemManager.RunAsync(["systemctl", "enable", ServiceUnit.Name],
                cancellation).ConfigureAwait(false)) return ExitCodes.Unavailable;
        Terminal.Note("The service is enabled and not started. Start it with: systemctl start gatehouse");
        return ExitCodes.Done;
    }

    // The file appears whole or not at all.
    [System.Runtime.Versioning.UnsupportedOSPlatform("windows")]
    private static void Write(string text)
    {
        var part = $"{SystemManager.UnitFile}.{Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(8))}.part";
        try
        {
            var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write, UnixCreateMode = UnitMode };
            using (var file = new StreamWriter(part, options)) file.Write(text);
            File.SetUnixFileMode(part, UnitMode); // whatever the umask is
            File.Move(part, SystemManager.UnitFile, overwrite: true);
        }
        finally
        {
            File.Delete(part);
        }
    }

    private static ServiceUnit? UnitOf(GatewaySettings settings, string config, string account, string[] credentials)
    {
        var program = OwnProgram.IsAssembly ? new[] { Environment.ProcessPath!, OwnProgram.File } : [OwnProgram.File];
        var passed = credentials.Select(static one => one.Split('=', 2)).ToList();
        var file = Path.GetFullPath(config);
        if (!AccountName().IsMatch(account) || SystemManager.IsRoot(account))
            return Refuse($"--user: '{account}' is no name of a system account, or is root",
                "give a name of small letters, digits and dashes whose number is not 0, such as gatehouse");
        if (passed.Find(static one => !IsCredential(one)) is { } wrong)
            return Refuse($"--credential: '{string.Join('=', wrong)}' is no NAME=FILE with an absolute path without backslash and dollar sign",
                "write it like github-token=/etc/gatehouse/secrets/github-token");
        if (!ServicePlaces.IsWithin(settings.StateDirectory, ServiceUnit.StateFolder))
            return Refuse($"state: {settings.StateDirectory} is not in {ServiceUnit.StateFolder}, the folder that systemd makes for the service",
                $"set state: {ServiceUnit.StateFolder}/state in {config}");
        if (!new[] { file }.Concat(program).Concat(Written(settings)).All(ServiceUnit.IsPlain))
            return Refuse("a path of the program or the configuration has a backslash, a dollar sign or a character that is not visible ASCII",
                "use paths of letters, digits and other signs");
        if (Written(settings).FirstOrDefault(folder => ServicePlaces.IsOfSystem(folder, [file, .. program])) is { } system)
            return Refuse($"{system} cannot be a folder that the service writes: it holds programs or settings of the machine or the service",
                "name a folder of its own in audit.directory and audit.checkpoints, such as /srv/gatehouse-audit");
        return new ServiceUnit(program, file, account)
        {
            Credentials = [.. passed.Select(static one => KeyValuePair.Create(one[0], one[1]))],
            WrittenFolders = [.. Written(settings)],
            DeniesWritableCode = !RuntimeFeature.IsDynamicCodeSupported && settings.Servers.All(static server => server.Stdio is null),
        };
    }

    private static bool IsCredential(string[] parts) =>
        parts.Length == 2 && CredentialName().IsMatch(parts[0]) && Path.IsPathFullyQualified(parts[1]) && ServiceUnit.IsPlain(parts[1]);

    private static IEnumerable<string> Written(GatewaySettings settings) =>
        settings.Audit.Checkpoints.Select(static place => place.Folder).Append(settings.Audit.Directory).OfType<string>()
            .Where(static folder => !ServicePlaces.IsWithin(folder, ServiceUnit.StateFolder));

    private static ServiceUnit? Refuse(string fault, string remedy)
    {
        Terminal.Fault(fault);
        Terminal.Hint(remedy);
        return null;
    }

    [GeneratedRegex(@"^[a-z_][a-z0-9_-]{0,30}\z", RegexOptions.CultureInvariant)]
    private static partial Regex AccountName();

    [GeneratedRegex(@"^[A-Za-z0-9][A-Za-z0-9_.-]{0,63}\z", RegexOptions.CultureInvariant)]
    private static partial Regex CredentialName();
}
