namespace Gatehouse.Local;

/// <summary>The client's end of a connection on stdio.</summary>
internal interface ILineConnection
{
    /// <summary>Begins or continues the client's session. Its handle is the connection's from now on.</summary>
    ValueTask BeginSessionAsync(string handle, CancellationToken cancellation);

    /// <summary>Sends a line to the client.</summary>
    /// <param name="answered">The number of the line that it answers; 0 for none.</param>
    /// <param name="line">The line with its end.</param>
    /// <param name="cancellation">Ends with the exchange.</param>
    /// <returns>False when the client is gone.</returns>
    /// <exception cref="OperationCanceledException">The exchange ended while the client did not read; its connection is cut then.</exception>
    ValueTask<bool> SayAsync(long answered, ReadOnlyMemory<byte> line, CancellationToken cancellation);
}
