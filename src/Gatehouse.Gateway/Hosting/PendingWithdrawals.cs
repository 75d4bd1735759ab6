using Gatehouse.Pipeline.Exchanges;

namespace Gatehouse.Gateway.Hosting;

/// <summary>
/// Withdrawals of rights that are applied to exchanges whose caller is not known yet, as soon as it is. Used under the lock of
/// <see cref="ExchangeRegistry"/>.
/// </summary>
/// <remarks>
/// The threat: a token is found valid in the moment in which its right is withdrawn, and its exchange takes the place of its caller afterwards
/// (design rule 7, CWE-367).
/// </remarks>
internal sealed class PendingWithdrawals
{
    private readonly List<Withdrawal> withdrawals = [];
    private int exchanges;

    /// <summary>The number of withdrawals. An exchange notes it when it enters: those before were known to the check of its token.</summary>
    public int Count => withdrawals.Count;

    /// <summary>Counts an exchange whose caller is not known.</summary>
    public void Enter() => exchanges++;

    /// <summary>Counts one exchange less: its caller is known, or it left. Withdrawals are kept for as long as there is one.</summary>
    public void Leave()
    {
        if (--exchanges == 0) withdrawals.Clear();
    }

    /// <summary>Keeps a withdrawal where an exchange needs it. Returns false where too many are kept: such exchanges have to end.</summary>
    public bool TryAdd(in Withdrawal withdrawal)
    {
        if (exchanges == 0) return true;
        if (withdrawals.Count >= ExchangeRegistry.MostWithdrawals) return false;
        withdrawals.Add(withdrawal);
        return true;
    }

    /// <summary>Returns the withdrawals behind the first ones.</summary>
    /// <param name="known">The number of the first ones.</param>
    public Withdrawal[] After(int known) => withdrawals.Count > known ? [.. withdrawals.Skip(known)] : [];

    /// <summary>A withdrawal.</summary>
    /// <param name="Whose">Selects the exchanges that it ends.</param>
    /// <param name="Why">The cause of their end.</param>
    internal readonly record struct Withdrawal(Func<Exchange, bool> Whose, ExchangeEnd Why);
}
