using System.Diagnostics;
using System.Globalization;

namespace Gatehouse.Storage.Tests.PostgreSql.Support;

/// <summary>The programs of PostgreSQL on this machine, run as an account that is not root: the server refuses to run as root.</summary>
internal sealed class PostgreSqlPrograms
{
    private readonly string folder;
    private readonly string? account;

    private PostgreSqlPrograms(string folder, string? account) => (this.folder, this.account) = (folder, account);

    public string Server => Path.Combine(folder, "postgres");

    /// <summary>Finds the programs on PATH, or where Debian puts them. Null without them.</summary>
    public static PostgreSqlPrograms? Find()
    {
        var onPath = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':').Where(static folder => folder.Length > 0);
        var ofDebian = Directory.Exists("/usr/lib/postgresql")
            ? Directory.GetDirectories("/usr/lib/postgresql").OrderDescending(StringComparer.Ordinal).Select(static one => Path.Combine(one, "bin"))
            : [];
        var folder = onPath.Concat(ofDebian).FirstOrDefault(static folder =>
            IsThere(Path.Combine(folder, "postgres")) && IsThere(Path.Combine(folder, "initdb")));
        return folder is null ? null : new(folder, AccountOf(Environment.UserName));
    }

    /// <summary>The command line of a program, as the account of the server.</summary>
    public string[] Command(string program, params string[] arguments)
    {
        string[] own = [Path.Combine(folder, program), .. arguments];
        return account is null ? own : ["setpriv", "--reuid", account, "--regid", GroupOf(account), "--clear-groups", "--", .. own];
    }

    /// <summary>Gives a folder to the account of the server.</summary>
    public async Task GiveAsync(string path)
    {
        if (account is not null) await RunAsync(["chown", account, path]);
    }

    /// <summary>Runs a command to its end.</summary>
    public static async Task RunAsync(IReadOnlyList<string> command)
    {
        using var process = Start(command);
        var output = process.StandardOutput.ReadToEndAsync();
        var faults = await process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();
        if (process.ExitCode != 0) throw new InvalidOperationException($"{string.Join(' ', command)}: {process.ExitCode} {faults} {await output}");
    }

    /// <summary>Starts a command with its streams in our hands.</summary>
    public static Process Start(IReadOnlyList<string> command)
    {
        var start = new ProcessStartInfo(command[0], command.Skip(1))
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = "/",
        };
        // Of another cluster, perhaps.
        foreach (var name in start.Environment.Keys.Where(static name => name.StartsWith("PG", StringComparison.Ordinal)).ToList())
            start.Environment.Remove(name);
        return Process.Start(start)!;
    }

    // A link to a package that was removed is none.
    private static bool IsThere(string path) =>
        File.Exists(path) && new FileInfo(path).ResolveLinkTarget(returnFinalTarget: true) is not { Exists: false };

    private static string? AccountOf(string user)
    {
        if (user != "root") return null;
        return File.ReadLines("/etc/passwd").Any(static line => line.StartsWith("postgres:", StringComparison.Ordinal)) ? "postgres" : "nobody";
    }

    private static string GroupOf(string account) => File.ReadLines("/etc/passwd").Select(static line => line.Split(':'))
        .First(fields => fields[0] == account)[3].ToString(CultureInfo.InvariantCulture);
}
