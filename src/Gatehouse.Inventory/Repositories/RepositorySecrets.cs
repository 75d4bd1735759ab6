using System.Globalization;
using Gatehouse.Detection.Findings;
using Gatehouse.Inventory.Discovery;
using Gatehouse.Inventory.Model;
using Gatehouse.Text;

namespace Gatehouse.Inventory.Repositories;

/// <summary>
/// The search of a repository for secrets: its files, and on request its history. One value is reported at each of its places in the files, and
/// in the history only where the files no longer hold it.
/// </summary>
/// <param name="time">The clock.</param>
/// <param name="scope">The scope of the search.</param>
/// <param name="gaps">Receives what was not searched.</param>
internal sealed class RepositorySecrets(TimeProvider time, SearchScope scope, ICollection<Gap> gaps)
{
    /// <summary>Most findings of one repository.</summary>
    public const int MostFindings = 5000;

    // Often enough that a person who waits sees the work continue.
    private const int ShownEach = 100;

    private static readonly string CutNotebook =
        string.Create(CultureInfo.InvariantCulture, $"the notebook has more than {NotebookCells.MostTexts} texts; the rest was not searched for secrets");

    private readonly HashSet<string> values = new(StringComparer.Ordinal);
    private readonly List<Finding> findings = [];

    /// <summary>Searches a repository.</summary>
    /// <param name="root">Its folder.</param>
    /// <param name="known">Files that other checks have searched.</param>
    /// <param name="cancellation">Ends the search.</param>
    public async Task<IReadOnlyList<Finding>> SearchAsync(string root, IReadOnlySet<string> known, CancellationToken cancellation)
    {
        if (!Directory.Exists(root)) return [];
        Files(root, known, cancellation);
        if (scope.History) await HistoryAsync(root, cancellation).ConfigureAwait(false);
        return findings;
    }

    private void Files(string root, IReadOnlySet<string> known, CancellationToken cancellation)
    {
        var began = time.GetTimestamp();
        var files = new RepositoryFiles(root, () => time.GetElapsedTime(began) > scope.Limit);
        Search(root, files, known, cancellation);
        foreach (var gap in files.Gaps()) gaps.Add(gap);
    }

    private void Search(string root, RepositoryFiles files, IReadOnlySet<string> known, CancellationToken cancellation)
    {
        foreach (var folder in new FolderWalk(time, scope.Limit, gaps).Walk(root, cancellation))
        {
            foreach (var (path, text) in files.In(folder))
            {
                cancellation.ThrowIfCancellationRequested();
                if (files.Count % ShownEach == 0) scope.Progress?.Invoke($"searching for secrets: {Path.GetRelativePath(root, path)}");
                var found = SecretSearch.Of(Path.GetFileName(path), text, out var isCut);
                if (isCut) gaps.Add(new Gap(path, CutNotebook, true));
                if (!Add(path, Known(path, known), found)) return;
            }

            if (files.IsCut) return;
        }
    }

    // The values of a file that another check reports count as seen, so that the history does not report them again.
    private static bool Known(string path, IReadOnlySet<string> known) => known.Contains(path);

    private bool Add(string path, bool isKnown, IEnumerable<FoundSecret> secrets)
    {
        var count = 0;
        foreach (var secret in secrets)
        {
            values.Add(secret.Digest);
            if (isKnown) continue;
            if (++count > SecretSearch.MostFound)
            {
                gaps.Add(new Gap(path, "it has more than 100 secrets; the rest is not listed", true));
                break;
            }

            if (findings.Count >= MostFindings)
            {
                gaps.Add(new Gap(path, "more than 5000 secrets were found; the rest of the repository was not searched", true));
                return false;
            }

            var place = new SourceLocation(path, secret.Line) { Column = secret.Column };
            findings.Add(Finding(FindingRules.SecretInRepository, secret, place, secret.Cell is null ? "" : $", {secret.Cell}"));
        }

        return true;
    }

    private async Task HistoryAsync(string root, CancellationToken cancellation)
    {
        var history = new CommitHistory(root, time, scope, gaps);
        var (cut, many) = (0, 0);
        await foreach (var blob in history.ReadAsync(cancellation).ConfigureAwait(false))
        {
            var found = SecretSearch.Of(Path.GetFileName(blob.Path), blob.Text, out var isCut).ToList();
            if (isCut) cut++;
            if (found.Count > SecretSearch.MostFound) many++;
            if (Add(root, blob, found)) continue;
            gaps.Add(new Gap(root, "more than 5000 secrets were found; the rest of the history was not searched", true));
            break;
        }

        if (cut > 0) gaps.Add(new Gap($"history of {root}", $"in {Counted.Of(cut, "version")}, {CutNotebook}", true));
        if (many > 0) gaps.Add(new Gap($"history of {root}", $"{Counted.Of(many, "version")} of a file with more than 100 secrets; the rest is not listed", true));
    }

    private bool Add(string root, HistoryBlob blob, List<FoundSecret> found)
    {
        foreach (var secret in found.Take(SecretSearch.MostFound))
        {
            if (!values.Add(secret.Digest)) continue;
            if (findings.Count >= MostFindings) return false;
            var where = $", {blob.Source}, {(secret.Cell is null ? $"line {secret.Line}, column {secret.Column}" : secret.Cell)}";
            findings.Add(Finding(FindingRules.SecretInHistory, secret, new SourceLocation(Path.GetFullPath(Path.Join(root, blob.Path)), 0), where));
        }

        return true;
    }

    private static Finding Finding(FindingRule rule, FoundSecret secret, SourceLocation place, string where) =>
        new(rule, secret.Confidence, $"{secret.Kind} {secret.Masked}{where}", place, null, null) { Evidence = secret.Evidence };
}
