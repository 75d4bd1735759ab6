using Gatehouse.Diagnostics;
using Microsoft.Extensions.Logging;
namespace Gatehouse.Pipeline.Bounds;

/// <summary>A factory of timers whose body may fail: the fault is reported, and the timer continues.</summary>
/// <remarks>
/// Threat: an exception that leaves a timer's callback is uncaught and ends the process (CWE-248). A caller that can make a sweep or the check of a
/// file fail would end the gateway for all. Every timer of the product is created here; a test of the conventions ensures that. A body that revokes
/// rights must do so as far as possible even if a part of it fails: see the body's own remarks.
/// </remarks>
internal static class GuardedTimer
{
    /// <summary>Starts a timer.</summary>
    /// <param name="time">The clock.</param>
    /// <param name="name">Description of the body, for the report.</param>
    /// <param name="body">The body.</param>
    /// <param name="due">Time until the first run.</param>
    /// <param name="every">Interval of the further runs.</param>
    /// <param name="log">Receives the report of a fault: types and places of the exception. Its message may contain content.</param>
    public static ITimer Start(TimeProvider time, string name, Action body, TimeSpan due, TimeSpan every, ILogger log) =>
        Start(time, (name, body, log), static timer => timer.body(), static (timer, e) => Report(timer.log, timer.name, e), due,
            every);

    /// <summary>Starts a timer whose body is asynchronous. A run does not wait for the previous one.</summary>
    /// <inheritdoc cref="Start(TimeProvider, string, Action, TimeSpan, TimeSpan, ILogger)"/>
    public static ITimer StartTask(TimeProvider time, string name, Func<Task> body, TimeSpan due, TimeSpan every, ILogger log)
    {
        return Start(time, name, () => _ = RunAsync(), due, every, log);

        async Task RunAsync()
        {
            try
            {
                await body().ConfigureAwait(false);
            }
            catch (Exception e)
            {
                Try(e, e => Report(log, name, e));
            }
        }
    }

    /// <summary>Starts a timer over a state, without an object in addition to the timer and its guard: for timers of an exchange.</summary>
    /// <param name="time">The clock.</param>
    /// <param name="state">State for the body.</param>
    /// <param name="body">The body.</param>
    /// <param name="fault">Handles an exception of the body.</param>
    /// <param name="due">Time until the first run.</param>
    /// <param name="every">Interval of the further runs.</param>
    public static ITimer Start<TState>(TimeProvider time, TState state, Action<TState> body, Action<TState, Exception> fault, TimeSpan due,
        TimeSpan every) =>
        time.CreateTimer(static guard => ((Guard<TState>)guard!).Run(), new Guard<TState>(state, body, fault), due, every);

    /// <summary>Runs one part of a body, so that the parts after it run even if it fails.</summary>
    public static void Run(string name, Action part, ILogger log)
    {
        try
        {
            part();
        }
        catch (Exception e)
        {
            Try(e, e => Report(log, name, e));
        }
    }

    /// <summary>Reports a fault. The message of an exception may contain content; its type and place do not.</summary>
    /// <param name="log">The log.</param>
    /// <param name="name">The part of the program, or the id of an exchange.</param>
    /// <param name="e">The fault.</param>
    public static void Report(ILogger log, string name, Exception e) =>
        log.Write(OperatorEvents.PartFault, LogValue.Code(name), LogValue.CauseAndPlace(e));

    // If the report fails, there is no receiver left for a second report.
    private static void Try(Exception e, Action<Exception> fault)
    {
        try
        {
            fault(e);
        }
        catch (Exception)
        {
            // The next run reports again.
        }
    }

    private sealed class Guard<TState>(TState state, Action<TState> body, Action<TState, Exception> fault)
    {
        public void Run()
        {
            try
            {
                body(state);
            }
            catch (Exception e)
            {
                Try(e, e => fault(state, e));
            }
        }
    }
}
