namespace Gatehouse.Gateway.Limits;

/// <summary>The part of a rule that refuses.</summary>
internal enum QuotaFault
{
    /// <summary>None.</summary>
    None,

    /// <summary>Too many exchanges in a short time.</summary>
    Rate,

    /// <summary>Too many exchanges under way at the same time.</summary>
    Concurrency,

    /// <summary>The number or bytes of the day are reached.</summary>
    Day,

    /// <summary>The party cannot be counted: the table is full.</summary>
    Full,
}
