using System.Text.RegularExpressions;

namespace Gatehouse.EndToEnd.Tests;

/// <summary><c>gatehouse service install</c>: the unit, as systemd itself judges it.</summary>
[Trait("Requirement", "CO-06")]
public sealed partial class ServiceCommandTests : IDisposable
{
    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("gatehouse-service-");

    public void Dispose() => folder.Delete(recursive: true);

    private string Config => Path.Join(folder.FullName, "gatehouse.yaml");

    [Fact]
    public async Task Unit_IsShownByADryRun_AndAWrongConfigurationAccountOrFolderIsRefused()
    {
        Write("/var/lib/gatehouse/state");
        var (code, unit, errors) = await InstallAsync("--dry-run", "--credential", "tickets=/etc/gatehouse/secrets/tickets");
        // The unit is shown, and a configuration in the folder of temporary files is refused.
        Assert.True(code == 1 && errors.Contains("nothing was changed", StringComparison.Ordinal), errors);
        foreach (var line in new[]
        {
            $" serve --config {Config}", "User=gatehouse", "StateDirectory=gatehouse", "StateDirectoryMode=0700", "ProtectSystem=strict",
            "NoNewPrivileges=yes", "CapabilityBoundingSet=\n", "SystemCallFilter=@system-service",
            "LoadCredential=tickets:/etc/gatehouse/secrets/tickets", "Restart=on-failure",
        }) Assert.Contains(line, unit, StringComparison.Ordinal);
        // The compiler at run time needs memory that is written and run.
        Assert.Equal(Repository.HasOtherProgram, unit.Contains("MemoryDenyWriteExecute=yes", StringComparison.Ordinal));
        Assert.False(File.Exists("/etc/systemd/system/gatehouse.service"));

        (code, _, errors) = await InstallAsync("--dry-run", "--user", "root");
        Assert.True(code == 2 && errors.Contains("is root", StringComparison.Ordinal), errors);
        (code, _, errors) = await InstallAsync("--dry-run", "--credential", "a b=/x");
        Assert.True(code == 2 && errors.Contains("NAME=FILE", StringComparison.Ordinal), errors);
        (code, _, errors) = await InstallAsync("--dry-run", "--credential", "a=/x\\");
        Assert.True(code == 2 && errors.Contains("without backslash", StringComparison.Ordinal), errors);
        Write("/srv/state");
        (code, _, errors) = await InstallAsync("--dry-run");
        Assert.True(code == 2 && errors.Contains("set state: /var/lib/gatehouse/state", StringComparison.Ordinal), errors);
        await File.AppendAllTextAsync(Config, "nonsense: 1\n");
        (code, _, errors) = await InstallAsync("--dry-run");
        Assert.True(code == 2 && errors.Contains("nonsense", StringComparison.Ordinal), errors);
    }

    // The exposure is the number that systemd itself gives the unit: 0 is the least, 10 the most. Below 2.0 is what it calls OK.
    [Fact]
    public async Task Unit_IsVerifiedBySystemd_AndItsExposureIsLow()
    {
        Assert.SkipUnless(File.Exists("/usr/bin/systemd-analyze"), "no systemd is installed");
        Write("/var/lib/gatehouse/state");
        var (_, unit, errors) = await InstallAsync("--dry-run", "--user", "daemon");
        Assert.True(unit.Contains("ExecStart=", StringComparison.Ordinal), errors);
        var file = Path.Join(folder.FullName, "gatehouse.service");
        await File.WriteAllTextAsync(file, unit);
        var verified = await OneShot.RunAsync(new ProcessPlan("/usr/bin/systemd-analyze", ["verify", "--man=no", "--recursive-errors=no", file]));
        Assert.True(verified.Code == 0 && verified.Errors.Length == 0, verified.Output + verified.Errors);
        var judged = await OneShot.RunAsync(new ProcessPlan("/usr/bin/systemd-analyze", ["security", "--offline=true", "--no-pager",
            "--threshold=20", file]));
        Assert.True(judged.Code == 0, judged.Output + judged.Errors);
        Assert.Matches(Exposure(), judged.Output);
    }

    // A root of its own, so that the machine keeps its files: /etc/systemd/system is an empty folder in memory.
    [Fact]
    public async Task Install_WritesTheUnit_AndSaysWhereSystemdDoesNotRun_AndReplacesOnlyItsOwn()
    {
        Write("/var/lib/gatehouse/state");
        var script = """
            set -e
            test "$(stat -c %u / /usr /usr/bin | sort -u)" = 0 || { echo "unshare: another account owns the root folder" >&2; exit 1; }
            mount -t tmpfs tmpfs /etc/systemd/system
            mount -t tmpfs tmpfs /run
            mount -t tmpfs -o mode=755 tmpfs /opt
            mkdir /opt/program /opt/settings
            cp -r "$1"/. /opt/program
            cp "$2" /opt/settings/gatehouse.yaml
            chmod -R go-w /opt/program /opt/settings
            cp /etc/passwd /run/passwd
            echo toor:x:0:0::/:/bin/sh >> /run/passwd
            mount --bind /run/passwd /etc/passwd
            unit=/etc/systemd/system/gatehouse.service
            service() { dotnet /opt/program/gatehouse.dll service "$@" >/dev/null || echo "refused $?"; }
            put() { service install --config "$2" --user "$1"; }
            put daemon /opt/settings/gatehouse.yaml
            put daemon /opt/settings/gatehouse.yaml
            stat -c %a $unit
            service uninstall
            test -e $unit || echo removed
            put toor /opt/settings/gatehouse.yaml
            put daemon "$2"
            chmod g+w /opt
            put daemon /opt/settings/gatehouse.yaml
            chmod g-w /opt
            chmod o+w /opt/program/gatehouse.dll
            put daemon /opt/settings/gatehouse.yaml
            chmod o-w /opt/program/gatehouse.dll
            chmod o+w /opt/program/Gatehouse.Files.dll
            put daemon /opt/settings/gatehouse.yaml
            chmod o-w /opt/program/Gatehouse.Files.dll
            test -e $unit || echo none
            echo '[Service]' > $unit
            put daemon /opt/settings/gatehouse.yaml
            service uninstall
            cat $unit
            """;
        var (code, output, errors) = await OneShot.RunAsync(new ProcessPlan("unshare", ["--user", "--map-root-user", "--mount", "/bin/sh", "-c",
            script, "sh", Path.GetDirectoryName(Repository.GatewayDll)!, Config]));
        Assert.SkipWhen(errors.Contains("unshare:", StringComparison.Ordinal) || errors.Contains("mount:", StringComparison.Ordinal),
            $"this machine allows no other root: {errors}");
        Assert.True(code == 0, output + errors);
        Assert.Equal("644\nremoved\nrefused 2\nrefused 1\nrefused 1\nrefused 1\nrefused 1\nnone\nrefused 1\nrefused 1\n[Service]\n", output);
        foreach (var words in new[]
        {
            "systemd does not run this machine", "'toor' is no name of a system account, or is root", "is in /tmp, which the service cannot see",
            "/opt can be written by accounts other than root", "/opt/program/gatehouse.dll can be written by accounts other than root",
            "/opt/program/Gatehouse.Files.dll can be written", "was not written by Gatehouse",
        }) Assert.Contains(words, errors, StringComparison.Ordinal);
    }

    private void Write(string state)
    {
        File.WriteAllText(Config, $$"""
            version: 1
            publicUrl: https://mcp.example.com
            listen: { url: "http://127.0.0.1:8080" }
            state: {{state}}
            issuers: [{ issuer: "https://login.example.com" }]
            servers: { tickets: { url: "https://tickets.example.com/mcp" } }
            policy: [{ id: staff, permit: { groups: [staff] } }]

            """);
        File.SetUnixFileMode(Config, UnixFileMode.UserRead | UnixFileMode.UserWrite);
    }

    private Task<(int Code, string Output, string Errors)> InstallAsync(params string[] words) =>
        OneShot.RunAsync(ProcessPlan.Dotnet(Repository.GatewayDll, ["service", "install", "--config", Config, .. words]));

    [GeneratedRegex(@"Overall exposure level for gatehouse\.service: [01]\.\d OK")]
    private static partial Regex Exposure();
}
