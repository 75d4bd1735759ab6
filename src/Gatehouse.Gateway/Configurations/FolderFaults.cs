using System.Globalization;
using System.Runtime.ExceptionServices;
using Gatehouse.Administration;
using Gatehouse.Audit;

namespace Gatehouse.Gateway.Configurations;

/// <summary>Faults of the folder of the texts. All that can be done is done before the first of them is thrown or reported.</summary>
internal sealed class FolderFaults
{
    private const int ShownDigests = 4;

    private readonly List<string> unsearched = [];
    private ExceptionDispatchInfo? first;

    /// <summary>The first fault; null where there is none.</summary>
    public Exception? First => first?.SourceException;

    /// <summary>Takes a step. A fault of the log ends the act.</summary>
    /// <param name="step">The step.</param>
    /// <param name="digest">The configuration that it is about; null for another step.</param>
    public async Task KeepAsync(Func<Task> step, string? digest = null)
    {
        try
        {
            await step().ConfigureAwait(false);
        }
        catch (Exception e) when (e is UnauthorizedAccessException or (IOException and not AuditUnavailableException))
        {
            first ??= ExceptionDispatchInfo.Capture(e);
            if (digest is not null) unsearched.Add(digest[..12]);
        }
    }

    /// <summary>Takes a step that waits for nothing.</summary>
    public void Keep(Action step)
    {
        try
        {
            step();
        }
        catch (Exception e) when (e is UnauthorizedAccessException or IOException)
        {
            first ??= ExceptionDispatchInfo.Capture(e);
        }
    }

    /// <summary>Throws the first fault, if there is one.</summary>
    public void ThrowFirst() => first?.Throw();

    /// <summary>Returns what could not be done, and the remedy; null where there is no fault.</summary>
    /// <param name="folder">The folder.</param>
    public UnfinishedErasure? Words(string folder)
    {
        if (First is not { } fault) return null;
        var what = unsearched.Count == 0 ? "kept texts of configurations"
            : string.Create(CultureInfo.InvariantCulture, $"the kept texts of {unsearched.Count} of the configurations ({string.Join(", ", unsearched.Take(ShownDigests))}{(unsearched.Count > ShownDigests ? ", ..." : "")})");
        return new UnfinishedErasure($"{what} could not be searched and deleted, and may name the person ({fault.Message})",
            $"make {folder} readable and writable, or delete the file, and run the command again");
    }
}
