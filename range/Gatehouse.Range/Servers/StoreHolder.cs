using System.Diagnostics;
using Gatehouse.Range.Running;

namespace Gatehouse.Range.Servers;

/// <summary>Another program that holds the store of a gateway.</summary>
internal sealed class StoreHolder : IAsyncDisposable
{
    private readonly Process process;

    private StoreHolder(Process process) => this.process = process;

    /// <summary>Starts the program, and returns when it holds the store.</summary>
    public static async Task<IAsyncDisposable> StartAsync(RangeFixture fixture, string store)
    {
        var start = new ProcessStartInfo(fixture.Tools.Python!, [fixture.Script("hold-store.py"), store])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        };
        var holder = fixture.Own(new StoreHolder(Process.Start(start) ?? throw new InvalidOperationException("the program did not start")));
        if (await holder.process.StandardOutput.ReadLineAsync().ConfigureAwait(false) != "held")
            throw new InvalidOperationException("the program does not hold the store");
        return holder;
    }

    /// <summary>Ends the program, and with it its hold.</summary>
    public async ValueTask DisposeAsync()
    {
        process.StandardInput.Close();
        await process.WaitForExitAsync().ConfigureAwait(false);
    }
}
