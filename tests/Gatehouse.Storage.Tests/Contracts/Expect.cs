namespace Gatehouse.Storage.Tests.Contracts;

/// <summary>What a check of a contract expects. The kit names no test framework, so that every implementation can run it with its own.</summary>
internal static class Expect
{
    public static void True(bool condition, string promise)
    {
        if (!condition) throw new ContractViolationException(promise);
    }

    public static void Same<T>(IEnumerable<T> expected, IEnumerable<T> found, string promise)
    {
        var (one, other) = (expected.ToList(), found.ToList());
        True(one.SequenceEqual(other), $"{promise}: expected [{string.Join(", ", one)}], found [{string.Join(", ", other)}]");
    }

    /// <summary>Returns the only one; a violation where there is none or more than one.</summary>
    public static T One<T>(IEnumerable<T> found, string promise)
    {
        var all = found.ToList();
        True(all.Count == 1, $"{promise}: expected one, found {all.Count}");
        return all[0];
    }

    public static async Task FaultAsync<T>(Func<Task> act, string promise)
        where T : Exception
    {
        try
        {
            await act().ConfigureAwait(false);
        }
        catch (T)
        {
            return;
        }
#pragma warning disable CA1031 // Whatever it was, it was not what was promised.
        catch (Exception fault)
#pragma warning restore CA1031
        {
            throw new ContractViolationException($"{promise}: expected {typeof(T).Name}, found {fault.GetType().Name}: {fault.Message}", fault);
        }

        throw new ContractViolationException($"{promise}: expected {typeof(T).Name}, found none");
    }
}
