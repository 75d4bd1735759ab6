namespace Gatehouse.Pipeline.Inspection.Opinions;

/// <summary>Asks services about texts (PI-02). Safe for concurrent use.</summary>
internal interface ISecondOpinion
{
    /// <summary>Returns the opinion of a service. A failure of the service is an opinion too, so that the rules decide about it.</summary>
    /// <param name="question">The question.</param>
    /// <param name="cancellation">Ends the wait.</param>
    ValueTask<SecondOpinion> AskAsync(OpinionQuestion question, CancellationToken cancellation);
}
