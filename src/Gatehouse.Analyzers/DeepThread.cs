using System.Runtime.ExceptionServices;

namespace Gatehouse.Analyzers;

/// <summary>Runs work that descends into the nesting of sources. A stack that is full would end the process (CWE-674).</summary>
internal static class DeepThread
{
    /// <summary>Runs the work on a thread of its own, and waits for it. What it throws is thrown here.</summary>
    /// <param name="work">The work.</param>
    /// <param name="stackMebibytes">The size of the stack. Only what is used of it takes memory.</param>
    public static void Run(Action work, int stackMebibytes)
    {
        ExceptionDispatchInfo? fault = null;
        var thread = new Thread(() =>
        {
            try
            {
                work();
            }
            catch (Exception problem)
            {
                fault = ExceptionDispatchInfo.Capture(problem);
            }
        }, stackMebibytes * 1024 * 1024);
        thread.Start();
        thread.Join();
        fault?.Throw();
    }
}
