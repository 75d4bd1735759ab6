using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Gatehouse.Detection.Findings;
using Gatehouse.Inventory;
using Gatehouse.Range.Running;

namespace Gatehouse.Range.Exercises;

/// <summary>A repository is published with a key that a person forgot in it.</summary>
public sealed class PublishedKey : OfflineExercise<Func<string, Task<string?>>>
{
    private const string Letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";

    /// <inheritdoc />
    public override string Id => "published-key";

    /// <inheritdoc />
    public override string Title => "Key forgotten in a repository";

    /// <inheritdoc />
    public override IReadOnlyList<string> Owasp => ["MCP01"];

    /// <inheritdoc />
    public override IReadOnlyList<string> Rows => ["SC-07"];

    /// <inheritdoc />
    public override string Protection => "command scan, search of a repository's files for secrets";

    /// <inheritdoc />
    public override ExerciseSteps Steps { get; } = new(
        "Alice tries a server in a notebook and publishes the folder. The key that she printed is in the output of a cell.",
        "Mallory reads what is published: the notebook, source files, settings in another encoding. Whoever has the key acts as Alice.",
        "gatehouse scan --path searches the files, decodes notebooks and encodings, and reports each place. The folder is published only after a scan "
            + "without high findings.",
        "With a scan that looks only at configurations of clients, the key is published again.");

    internal override Task<Func<string, Task<string?>>> OpenUnguardedAsync(RangeFixture fixture) =>
        Task.FromResult<Func<string, Task<string?>>>(folder => Task.FromResult<string?>(folder));

    internal override Task<Func<string, Task<string?>>> OpenGuardedAsync(RangeFixture fixture) => Task.FromResult(AfterScan(secrets: true));

    internal override Task<Func<string, Task<string?>>> OpenReplacedAsync(RangeFixture fixture) => Task.FromResult(AfterScan(secrets: false));

    internal override async Task<IReadOnlyList<Attempt>> ExploitAsync(Func<string, Task<string?>> subject, RangeFixture fixture)
    {
        var key = "ghs_" + RandomNumberGenerator.GetString(Letters, 36);
        return
        [
            await PublishAsync("output of a notebook", "trial.ipynb", Encoding.UTF8.GetBytes(Notebook(key))).ConfigureAwait(false),
            await PublishAsync("source file", "src/server.py", Encoding.UTF8.GetBytes($"client = Client('{key}')\n")).ConfigureAwait(false),
            await PublishAsync("settings in UTF-16", "settings.ini", [.. Encoding.Unicode.Preamble, .. Encoding.Unicode.GetBytes(
                $"token = {key}\r\n")])
                .ConfigureAwait(false),
            await PublishAsync("password of a database", "deploy/values.yaml",
                Encoding.UTF8.GetBytes($"url: postgres://app:{key[4..24]}@db.internal/app\n"), key[4..24]).ConfigureAwait(false),
        ];

        async Task<Attempt> PublishAsync(string name, string file, byte[] bytes, string? sought = null)
        {
            var folder = fixture.AnotherFolder("repository");
            var path = Path.Combine(folder, file);
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            await File.WriteAllBytesAsync(path, bytes).ConfigureAwait(false);
            var published = await subject(folder).ConfigureAwait(false);
            var isRead = published is not null && Read(Path.Combine(published, file)).Contains(sought ?? key, StringComparison.Ordinal);
            return new Attempt(name, isRead, isRead ? "the key was published" : "nothing was published");
        }
    }

    internal override async Task<bool> UseHonestlyAsync(Func<string, Task<string?>> subject, RangeFixture fixture)
    {
        var folder = fixture.AnotherFolder("repository");
        await File.WriteAllTextAsync(Path.Combine(folder, "trial.ipynb"), Notebook("os.environ['TOKEN']")).ConfigureAwait(false);
        await File.WriteAllTextAsync(Path.Combine(folder, "README.md"),
            "Set `API_KEY=<your key>`; the commit is 615677787e192eaf161a6667ebd611937b302f3f.\n").ConfigureAwait(false);
        return await subject(folder).ConfigureAwait(false) == folder;
    }

    // What the exit code of gatehouse scan --path <folder> --fail-on high tells.
    private static Func<string, Task<string?>> AfterScan(bool secrets) => async folder =>
    {
        var report = await Scanner.ScanAsync(new ScanOptions { Paths = [folder], Secrets = secrets }, TimeProvider.System,
            CancellationToken.None).ConfigureAwait(false);
        return report.Findings.Any(finding => finding.Rule.Severity >= Severity.High) ? null : folder;
    };

    private static string Notebook(string text) => JsonSerializer.Serialize(new
    {
        cells = new object[]
        {
            new { cell_type = "code", source = "print(client)\n", outputs = new object[] { new { output_type = "stream", text } } },
        },
        nbformat = 4,
    });

    private static string Read(string path)
    {
        using var reader = new StreamReader(path, Encoding.UTF8, detectEncodingFromByteOrderMarks: true);
        return reader.ReadToEnd();
    }
}
