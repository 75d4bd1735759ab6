using System.Collections;
using Gatehouse.Diagnostics;
using Microsoft.Extensions.Logging;

namespace Gatehouse.Gateway.Hosting;

/// <summary>The steps after a configuration is in force, in their order. Each is taken though another one failed.</summary>
/// <param name="log">Receives the fault of a step.</param>
internal sealed class LaterSteps(ILogger log) : IEnumerable<string>
{
    private readonly List<(string Name, Func<Task> Take)> steps = [];

    /// <summary>Adds a step behind the others.</summary>
    public void Add(string name, Action step) => steps.Add((name, () =>
    {
        step();
        return Task.CompletedTask;
    }
    ));

    /// <summary>Adds a step behind the others.</summary>
    public void Add(string name, Func<Task> step) => steps.Add((name, step));

    /// <summary>Takes the steps one after the other, and returns the names of those that failed.</summary>
    public async Task<IReadOnlyList<string>> RunAsync()
    {
        var failed = new List<string>();
        foreach (var (name, take) in steps)
        {
            try
            {
                await take().ConfigureAwait(false);
            }
            catch (Exception e)
            {
                failed.Add(name);
                log.Write(OperatorEvents.PartFault, LogValue.Code($"reload ({name})"), LogValue.CauseAndPlace(e));
            }
        }

        return failed;
    }

    /// <inheritdoc />
    public IEnumerator<string> GetEnumerator() => steps.Select(static step => step.Name).GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}
