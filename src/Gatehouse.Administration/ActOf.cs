namespace Gatehouse.Administration;

/// <summary>An act with the type of its result.</summary>
/// <typeparam name="TResult">What comes of it.</typeparam>
internal abstract record Act<TResult> : Act
    where TResult : class
{
    /// <inheritdoc />
    public sealed override async Task<ActOutcome> DoAsync(AdministrationParts parts, Administrator by) => await RunAsync(parts, by).ConfigureAwait(false);

    /// <summary>Does the act. It was authorized.</summary>
    protected abstract Task<ActOutcome<TResult>> RunAsync(AdministrationParts parts, Administrator by);
}
