using System.CommandLine;
using System.Globalization;
using Gatehouse.Audit.Tree.Notes;
using Gatehouse.Cli.Output;
using Gatehouse.Configuration.Reading;
using Gatehouse.Ipc;
using Gatehouse.Outbound;
using Gatehouse.Text;

namespace Gatehouse.Cli.UpdateCommands;

/// <summary><c>gatehouse update check</c>.</summary>
internal static class UpdateCheckCommand
{
    private const string Variable = "GATEHOUSE_UPDATE_URL";
    private const string AddressRemedy =
        "give the address of release.txt with --url, or set GATEHOUSE_UPDATE_URL, such as https://downloads.example.com/gatehouse/release.txt";
    private const int Found = 200;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(15);

    public static Command Create()
    {
        var url = new Option<string?>("--url")
        { Description = $"Address of release.txt: https, or http on loopback. Default: the variable {Variable}.", HelpName = "url" };
        var key = UpdateOptions.Key();
        var json = CommonOptions.Json();
        var command = new Command("check",
            """
            Fetch the signed statement about the newest release, and report whether a newer version exists. The request says nothing
            about this machine, this account or this build. The command verifies the signature, and refuses a statement that has
            expired, is from the future, or is older than one that this account accepted before. It installs nothing.

            Exit codes: 0 the statement was accepted, whether a newer version exists or not; 1 it was refused; 2 wrong command line, or no
            address; 3 the address does not answer.

            Example:
              gatehouse update check --url https://downloads.example.com/gatehouse/release.txt
            """)
        { url, key, json };
        command.SetAction((parsed, cancellation) => RunAsync(parsed.GetValue(url), parsed.GetValue(key), parsed.GetValue(json), cancellation));
        return command;
    }

    private static async Task<int> RunAsync(string? url, string? keyFile, bool json, CancellationToken cancellation)
    {
        if (AddressOf(url ?? Environment.GetEnvironmentVariable(Variable)) is not { } address) return ExitCodes.Usage;
        if (!UpdateOptions.TryReadKey(keyFile, out var key)) return ExitCodes.Usage;
        using (key)
        {
            try
            {
                // What cannot be compared with the last statement is not asked for.
                var memory = new SeenStatement(RuntimePaths.Of(Environment.GetEnvironmentVariable).State, key);
                var before = memory.Read();
                if (await FetchAsync(address, cancellation).ConfigureAwait(false) is not { } note) return ExitCodes.Unavailable;
                return Judge(note, address, memory, before, key, json);
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException && e is not OutputFailedException)
            {
                Terminal.Fault(e.Message);
                return ExitCodes.Unavailable;
            }
        }
    }

    private static int Judge(byte[] note, Uri address, SeenStatement memory, ReleaseStatement? before, ReleaseKey key, bool json)
    {
        var statement = ReleaseStatement.Read(note, key.Key, out var fault);
        if (statement is not null) fault = StatementAge.FaultOf(statement, before, TimeProvider.System.GetUtcNow());
        if (statement is null || fault is not null)
        {
            Terminal.Fault($"the statement at {address} was refused: {fault}");
            Terminal.Hint("do not install what it names; nothing was changed");
            return ExitCodes.No;
        }

        if (statement.Published > before?.Published || before is null) memory.Keep(note);
        var order = ReleaseVersion.TryParse(BuildFacts.Version, out var own) ? statement.Version.CompareTo(own) : 1;
        if (json) JsonOutput.Write("update", View(statement, order > 0));
        else Print(statement, order);
        return ExitCodes.Done;
    }

    private static void Print(ReleaseStatement statement, int order)
    {
        if (order <= 0)
        {
            Terminal.Row(order == 0 ? $"up to date: {statement.Version} is the newest version"
                : $"this build, {BuildFacts.Version}, is newer than the newest release, {statement.Version}");
            return;
        }

        Terminal.Row($"a newer version exists: {statement.Version} of {statement.Published:yyyy-MM-dd}; this is {BuildFacts.Version}");
        foreach (var package in statement.Packages) Terminal.Row($"  {package.Sha256}  {package.Name}");
        Terminal.Note("Nothing was installed. Download a package and release.txt into one folder, then run: gatehouse update verify FILE");
    }

    private static JsonFields View(ReleaseStatement statement, bool isNewer) => new()
    {
        ["current"] = BuildFacts.Version,
        ["newest"] = statement.Version.Text,
        ["isNewer"] = isNewer,
        ["commit"] = statement.Commit,
        ["published"] = ReleaseStatement.Written(statement.Published),
        ["expires"] = ReleaseStatement.Written(statement.Expires),
        ["packages"] = statement.Packages
            .Select(one => new JsonFields { ["name"] = one.Name, ["size"] = one.Size, ["sha256"] = one.Sha256 }).ToJsonArray(),
    };

    // Without TLS, whoever is on the way learns who asks, and can withhold a statement. On loopback no other machine is on the way.
    private static Uri? AddressOf(string? text)
    {
        if (string.IsNullOrWhiteSpace(text))
        {
            Terminal.Fault("no address of a release statement is configured, so nothing was asked");
            Terminal.Hint(AddressRemedy);
            return null;
        }

        if (Uri.TryCreate(text, UriKind.Absolute, out var address) && address.UserInfo.Length == 0 && address.Fragment.Length == 0
            && (address.Scheme == Uri.UriSchemeHttps || (address.Scheme == Uri.UriSchemeHttp && UrlText.IsLoopback(address)))) return address;
        Terminal.Fault("the address of the release statement is no https:// address, or has a user or a fragment");
        Terminal.Hint(AddressRemedy);
        return null;
    }

    private static async Task<byte[]?> FetchAsync(Uri address, CancellationToken cancellation)
    {
        using var client = new PlainClient(new OutboundHandlers(new SystemNameResolver()), TimeProvider.System);
        string cause;
        try
        {
            var (status, body) = await client.GetAsync(address, SignedNote.MostBytes, Patience, cancellation).ConfigureAwait(false);
            if (status == Found) return body;
            cause = string.Create(CultureInfo.InvariantCulture,
                $"the answer has the status {status}{(status is >= 300 and < 400 ? ", and redirects are not followed" : "")}");
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            cause = string.Create(CultureInfo.InvariantCulture, $"it took longer than {Patience.TotalSeconds} s");
        }
        catch (Exception e) when (e is HttpRequestException or IOException)
        {
            cause = e.GetBaseException().Message;
        }

        Terminal.Fault($"the release statement cannot be fetched from {address}: {cause}");
        Terminal.Hint("check the address and the network; redirects are not followed, and no proxy of the environment is used");
        return null;
    }
}
