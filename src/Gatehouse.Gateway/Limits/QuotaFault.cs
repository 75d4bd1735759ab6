namespace Gatehouse.Gateway.Limits;

/// <summary>Which part of a rule refuses.</summary>
internal enum QuotaFault
{
    /// <summary>None.</summary>
    None,

    /// <summary>Too many in a short time.</summary>
    Rate,

    /// <summary>Too many under way at once.</summary>
    Concurrency,

    /// <summary>The day's number or bytes are reached.</summary>
    Day,

    /// <summary>The party cannot be counted: the table is full.</summary>
    Full,
}
