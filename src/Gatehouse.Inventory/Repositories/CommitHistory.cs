using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text;
using Gatehouse.Inventory.Model;
using Gatehouse.Isolation;
using Gatehouse.Text;

namespace Gatehouse.Inventory.Repositories;

/// <summary>
/// The versions of files in a repository's history, read through the program <c>git</c>. Each version is read once. Only plumbing is called, which
/// lists objects and prints them as they are stored: it runs no hook, filter, textconv, external diff, pager or file system monitor, whatever the
/// configuration of the repository names. Missing objects are not fetched: every transport is forbidden.
/// </summary>
/// <param name="root">The root of the working tree.</param>
/// <param name="time">The clock.</param>
/// <param name="scope">The scope of the search.</param>
/// <param name="gaps">Receives what was not read.</param>
internal sealed class CommitHistory(string root, TimeProvider time, SearchScope scope, ICollection<Gap> gaps)
{
    /// <summary>Most versions of files.</summary>
    public const int MostBlobs = 500_000;

    /// <summary>Most tags and other references that may point at a file.</summary>
    public const int MostReferences = 100_000;

    /// <summary>Most bytes of all versions: 4 GiB.</summary>
    public const long MostBytes = 4L << 30;

    private const int LongestLine = 16 * 1024;

    private static readonly string[] Safe =
    [
        "--no-pager", "-c", "core.fsmonitor=false", "-c", "core.hooksPath=/dev/null", "-c", "core.alternateRefsCommand=true", "-c",
            "protocol.allow=never",
        "-c", "core.untrackedCache=false", "-c", "log.showSignature=false", "-c", "safe.bareRepository=explicit",
    ];

    // Listed objects that this copy does not have.
    private int missing;

    /// <summary>Reads the versions, the newest commits first.</summary>
    public async IAsyncEnumerable<HistoryBlob> ReadAsync([EnumeratorCancellation] CancellationToken cancellation)
    {
        if ((GitFolder.ReasonOfNoFolder(root) ?? GitFolder.ReasonNotToSearch(Path.Join(root, ".git"))) is { } why)
        {
            gaps.Add(new Gap(root, why, true));
            yield break;
        }

        // The usual checkout of a build server has the newest commit only.
        if (File.Exists(Path.Join(root, ".git", "shallow")))
            gaps.Add(new Gap(root, "the clone is shallow, so earlier commits were not searched; 'git fetch --unshallow' gets them", true));
        using var limit = new CancellationTokenSource(scope.Limit, time);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellation);
        var named = new List<(string Id, string Source, string Path)>();
        if (!await TryAsync(() => ListReferencesAsync(named, both.Token), cancellation).ConfigureAwait(false)) yield break;
        if (!await TryAsync(() => ListAsync(named, both.Token), cancellation).ConfigureAwait(false)) yield break;
        var blobs = ReadAsync(named, both.Token).GetAsyncEnumerator(both.Token);
        await using (blobs.ConfigureAwait(false))
        {
            var more = false;
            while (await TryAsync(async () => more = await blobs.MoveNextAsync().ConfigureAwait(false), cancellation).ConfigureAwait(false) && more)
                yield return blobs.Current;
        }
    }

    private async Task<bool> TryAsync(Func<Task> work, CancellationToken cancellation)
    {
        try
        {
            await work().ConfigureAwait(false);
            return true;
        }
        catch (Exception fault) when (fault is ProcessStartException or IOException or InvalidDataException)
        {
            gaps.Add(new Gap($"history of {root}", fault is ProcessStartException ? "the program git was not found or does not start"
                : fault.Message, true));
            return false;
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            gaps.Add(new Gap($"history of {root}", "the time limit was reached; the rest was not searched", true));
            return false;
        }
    }

    // Objects follow the first commit that has them: a line with only an id is a commit, any other is an object and its path. A missing one has a
    // question mark.
    private async Task ListAsync(List<(string, string, string)> named, CancellationToken stop)
    {
        var git = Start("rev-list", "--objects", "--in-commit-order", "--all", "--missing=print");
        await using (git.ConfigureAwait(false))
        {
            var output = new BufferedStream(git.Output, 1 << 16);
            var commit = "";
            while (await LineAsync(output, stop).ConfigureAwait(false) is { } line)
            {
                var space = line.IndexOf(' ', StringComparison.Ordinal);
                if (line.StartsWith('?')) missing++;
                else if (space < 0) commit = $"commit {line[..Math.Min(12, line.Length)]}";
                else if (space < line.Length - 1) named.Add((line[..space], commit, line[(space + 1)..]));
                if (named.Count % 1000 == 999) scope.Progress?.Invoke($"listing the history: {named.Count} versions");
                if (named.Count <= MostBlobs) continue;
                gaps.Add(new Gap($"history of {root}", "it has more than 500000 versions of files; the rest was not searched", true));
                return;
            }

            await RequireSuccessAsync(git, stop).ConfigureAwait(false);
        }
    }

    // A reference may point at a file instead of a commit, directly or by a tag, and then no commit and no path lead to it.
    private async Task ListReferencesAsync(List<(string, string, string)> named, CancellationToken stop)
    {
        var git = Start("for-each-ref", "--format=%(objecttype) %(objectname) %(refname)");
        await using (git.ConfigureAwait(false))
        {
            var output = new BufferedStream(git.Output, 1 << 16);
            while (await LineAsync(output, stop).ConfigureAwait(false) is { } line)
            {
                // What a tag points at in the end is known only when it is read: ^{} follows tags of tags.
                if (line.Split(' ', 3) is not ["blob" or "tag", var id, var reference]) continue;
                if (named.Count >= MostReferences)
                {
                    gaps.Add(new Gap($"history of {root}", "it has more than 100000 tags; files that the rest points at were not searched", true));
                    return;
                }

                named.Add((id + "^{}", $"reference {reference}", $".git/{reference}"));
            }

            await RequireSuccessAsync(git, stop).ConfigureAwait(false);
        }
    }

    private static async Task RequireSuccessAsync(LocalProcess git, CancellationToken stop)
    {
        var exit = await git.Exited.WaitAsync(stop).ConfigureAwait(false);
        if (exit.Code != 0)
            throw new IOException(string.Create(CultureInfo.InvariantCulture, $"git ended with {exit.Code}; it may belong to another account"));
    }

    private async IAsyncEnumerable<HistoryBlob> ReadAsync(List<(string Id, string Source, string Path)> named,
        [EnumeratorCancellation] CancellationToken stop)
    {
        var (count, bytes, large) = (0, 0L, 0);
        var git = Start("cat-file", "--batch");
        await using (git.ConfigureAwait(false))
        {
            var output = new BufferedStream(git.Output, 1 << 16);
            foreach (var (id, source, path) in named)
            {
                await git.Input.WriteAsync(Encoding.ASCII.GetBytes(id + "\n"), stop).ConfigureAwait(false);
                await git.Input.FlushAsync(stop).ConfigureAwait(false);
                var (type, size) = await HeadAsync(output, stop).ConfigureAwait(false);
                if (type == "missing")
                {
                    missing++;
                    continue;
                }

                bytes += size;
                var isRead = type == "blob" && size <= RepositoryFiles.LargestFile;
                if (type == "blob" && !isRead) large++;
                var content = await ContentAsync(output, size, isRead, stop).ConfigureAwait(false);
                if (++count % 100 == 0) scope.Progress?.Invoke($"searching the history: {count} of {named.Count} versions");
                if (content is not null && SearchedText.Of(content) is { } text) yield return new HistoryBlob(source, path, text);
                if (bytes <= MostBytes) continue;
                gaps.Add(new Gap($"history of {root}", "it has more than 4 GiB; the rest was not searched", true));
                yield break;
            }
        }

        if (missing > 0)
            gaps.Add(new Gap($"history of {root}", $"{Counted.Of(missing, "object")} not searched: this copy does not have the content (a partial clone)", true));
        if (large > 0) gaps.Add(new Gap($"history of {root}", $"{large} versions of more than 4 MiB were not searched", true));
    }

    private static async Task<(string Type, long Size)> HeadAsync(Stream output, CancellationToken stop)
    {
        var head = (await LineAsync(output, stop).ConfigureAwait(false) ?? throw new IOException("git ended before the last version")).Split(' ');
        if (head is [_, "missing"]) return ("missing", 0);
        return head is [_, var type, var size] && long.TryParse(size, NumberStyles.None, CultureInfo.InvariantCulture, out var length)
            ? (type, length) : throw new InvalidDataException("git answered in an unknown form");
    }

    private static async Task<byte[]?> ContentAsync(Stream output, long size, bool isRead, CancellationToken stop)
    {
        var bytes = new byte[isRead ? size : 1 << 16];
        for (var left = size; left > 0;)
        {
            var part = bytes.AsMemory(isRead ? (int)(size - left) : 0, (int)Math.Min(left, isRead ? left : bytes.Length));
            await output.ReadExactlyAsync(part, stop).ConfigureAwait(false);
            left -= part.Length;
        }

        await output.ReadExactlyAsync(new byte[1], stop).ConfigureAwait(false);
        return isRead ? bytes : null;
    }

    private static async Task<string?> LineAsync(Stream output, CancellationToken stop)
    {
        var line = new List<byte>(128);
        var one = new byte[1];
        while (await output.ReadAsync(one, stop).ConfigureAwait(false) == 1)
        {
            if (one[0] == '\n') return Encoding.UTF8.GetString([.. line]);
            if (line.Count < LongestLine) line.Add(one[0]);
        }

        return line.Count > 0 ? Encoding.UTF8.GetString([.. line]) : null;
    }

    private LocalProcess Start(params string[] arguments)
    {
        var environment = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["GIT_DIR"] = Path.Join(root, ".git"),
            ["GIT_CONFIG_NOSYSTEM"] = "1",
            ["GIT_CONFIG_GLOBAL"] = "/dev/null",
            ["GIT_ALLOW_PROTOCOL"] = "none",
            ["GIT_NO_LAZY_FETCH"] = "1",
            ["GIT_NO_REPLACE_OBJECTS"] = "1",
            ["GIT_OPTIONAL_LOCKS"] = "0",
            ["GIT_TERMINAL_PROMPT"] = "0",
            ["GIT_PAGER"] = "cat",
        };
        return LocalProcess.Start(new LocalProcessOptions
        {
            Command = ["git", .. Safe, .. arguments],
            WorkingDirectory = root,
            Environment = ProcessEnvironment.Minimum(environment),
            ShutdownGrace = TimeSpan.FromSeconds(2),
        }, static _ => { }, time);
    }
}
