using System.Runtime.ExceptionServices;
using Gatehouse.Audit;

namespace Gatehouse.Gateway.Configurations;

/// <summary>Faults of the folder of the texts. All that can be done is done before the first of them is thrown or reported.</summary>
internal sealed class FolderFaults
{
    private readonly List<string> failed = [];
    private ExceptionDispatchInfo? first;

    /// <summary>The first fault; null where there is none.</summary>
    public Exception? First => first?.SourceException;

    /// <summary>The configurations whose step failed.</summary>
    public IReadOnlyList<string> Failed => failed;

    /// <summary>Takes a step, and remembers its fault. A fault of the log ends the act.</summary>
    /// <param name="step">The step.</param>
    /// <param name="digest">The configuration that it is about; null for another step.</param>
    public async Task AttemptAsync(Func<Task> step, string? digest = null)
    {
        try
        {
            await step().ConfigureAwait(false);
        }
        catch (Exception e) when (IsOfFolder(e))
        {
            first ??= ExceptionDispatchInfo.Capture(e);
            if (digest is not null) failed.Add(digest);
        }
    }

    /// <summary>Takes a step that waits for nothing.</summary>
    public void Attempt(Action step)
    {
        try
        {
            step();
        }
        catch (Exception e) when (IsOfFolder(e))
        {
            first ??= ExceptionDispatchInfo.Capture(e);
        }
    }

    /// <summary>Throws the first fault, if there is one.</summary>
    public void ThrowFirst() => first?.Throw();

    private static bool IsOfFolder(Exception e) => e is UnauthorizedAccessException or (IOException and not AuditUnavailableException);
}
